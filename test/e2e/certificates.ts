import { readFileSync } from 'fs';
import * as path from 'path';
import { Moto } from './aws/moto';
import { Certificates } from './kubernetes/certificates';
import { STATE } from './settings';

/** Imports a certificate for `localhost` into ACM; its ARN. */
export async function importCertificate(): Promise<string> {
  const certificates = await Certificates.create(path.join(STATE, 'acm'));
  const { certificate, key } = await certificates.sign('web', '/CN=localhost');
  const base64 = (file: string) => readFileSync(file).toString('base64');
  const response = await fetch(Moto.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'CertificateManager.ImportCertificate',
      'authorization': 'AWS4-HMAC-SHA256 Credential=AKIADIRECT/20260101/us-east-1/acm/aws4_request, SignedHeaders=host, Signature=x',
    },
    body: JSON.stringify({ Certificate: base64(certificate), PrivateKey: base64(key) }),
  });
  const answer = await response.text();
  if (!response.ok) {
    throw new Error(answer);
  }
  return JSON.parse(answer).CertificateArn;
}
