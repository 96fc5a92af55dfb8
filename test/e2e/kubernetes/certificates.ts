import * as fs from 'fs';
import * as path from 'path';
import { run } from '../processes';
import { KUBERNETES_SERVICE_ADDRESS } from '../settings';

/** A key pair: a certificate that one authority signed, and its key. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** The certificate authority of one cluster, with what it has signed, as files in one folder. */
export class Certificates {
  public static async create(directory: string): Promise<Certificates> {
    fs.mkdirSync(directory, { recursive: true });
    const certificates = new Certificates(directory);
    const { certificate, key } = certificates.authority;
    await certificates.openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '3', '-subj', '/CN=e2e');
    await certificates.openssl('genrsa', '-out', certificates.serviceAccountKey, '2048');
    await certificates.openssl('rsa', '-in', certificates.serviceAccountKey, '-pubout', '-out', certificates.serviceAccountPublicKey);
    return certificates;
  }

  public readonly authority: KeyPair;
  /** The API server signs tokens of ServiceAccounts with it. */
  public readonly serviceAccountKey: string;
  public readonly serviceAccountPublicKey: string;

  private constructor(private readonly directory: string) {
    this.authority = this.pair('authority');
    this.serviceAccountKey = path.join(directory, 'service-accounts.key');
    this.serviceAccountPublicKey = path.join(directory, 'service-accounts.pub');
  }

  /**
   * @param subject such as `/O=system:masters/CN=admin`
   * @param dnsNames of a server, beside those of the API server
   */
  public async sign(name: string, subject: string, dnsNames: string[] = []): Promise<KeyPair> {
    const pair = this.pair(name);
    const request = path.join(this.directory, `${name}.csr`);
    const extensions = path.join(this.directory, `${name}.ext`);
    const names = ['DNS:localhost', 'DNS:kubernetes', 'DNS:kubernetes.default.svc', 'IP:127.0.0.1', `IP:${KUBERNETES_SERVICE_ADDRESS}`,
      ...dnsNames.map((dnsName) => `DNS:${dnsName}`)];
    fs.writeFileSync(extensions, `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth,clientAuth\n`);
    await this.openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', pair.key, '-out', request, '-subj', subject);
    await this.openssl('x509', '-req', '-in', request, '-CA', this.authority.certificate, '-CAkey', this.authority.key, '-CAcreateserial',
      '-days', '3', '-extfile', extensions, '-out', pair.certificate);
    return pair;
  }

  private pair(name: string): KeyPair {
    return { certificate: path.join(this.directory, `${name}.crt`), key: path.join(this.directory, `${name}.key`) };
  }

  private async openssl(...args: string[]): Promise<void> {
    await run('openssl', args);
  }
}
