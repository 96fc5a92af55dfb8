import * as fs from 'fs';
import { PORTS } from '../settings';
import { KeyPair } from './certificates';

/** How to reach the API server: as who a key pair or a token says. */
export function kubeconfig(authority: string, user: KeyPair | { readonly token: string }): string {
  const base64 = (file: string) => fs.readFileSync(file).toString('base64');
  const server = `https://127.0.0.1:${PORTS.apiServer}`;
  return JSON.stringify({
    'apiVersion': 'v1',
    'kind': 'Config',
    'current-context': 'e2e',
    'clusters': [{ name: 'e2e', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    'users': [{
      name: 'e2e',
      user: 'token' in user ? user : { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.key) },
    }],
    'contexts': [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e' } }],
  });
}
