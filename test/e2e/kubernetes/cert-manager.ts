import { readFileSync } from 'fs';
import * as path from 'path';
import { KubernetesApi, KubernetesObject } from './api';
import { Certificates } from './certificates';
import { sleep } from '../processes';
import { STATE } from '../settings';

const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1';
const INJECT = 'cert-manager.io/inject-ca-from';

/** Stands in for cert-manager: its definitions, secrets for Certificates, and the authority in webhooks that ask for it. */
export class CertManager {
  public static async install(api: KubernetesApi): Promise<CertManager> {
    for (const [kind, plural] of [['Certificate', 'certificates'], ['Issuer', 'issuers']]) {
      await api.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition(kind, plural));
    }
    return new CertManager(api, await Certificates.create(path.join(STATE, 'cert-manager')));
  }

  private readonly loop: Promise<void>;
  private stopped = false;

  private constructor(private readonly api: KubernetesApi, private readonly certificates: Certificates) {
    this.loop = (async () => {
      while (!this.stopped) {
        // What fails now is tried again.
        await this.tick().catch(() => undefined);
        await sleep(300);
      }
    })();
  }

  public async stop(): Promise<void> {
    this.stopped = true;
    await this.loop;
  }

  private async tick(): Promise<void> {
    for (const certificate of await this.api.list('/apis/cert-manager.io/v1/certificates')) {
      await this.issue(certificate);
    }
    for (const kind of ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations']) {
      for (const { metadata, webhooks } of await this.api.list(`${WEBHOOKS}/${kind}`)) {
        const asksForIt = INJECT in (metadata.annotations ?? {});
        if (asksForIt && webhooks.some(({ clientConfig }: KubernetesObject) => !clientConfig.caBundle)) {
          const caBundle = readFileSync(this.certificates.authority.certificate).toString('base64');
          const change = webhooks.map((_: unknown, index: number) => ({ op: 'add', path: `/webhooks/${index}/clientConfig/caBundle`, value: caBundle }));
          await this.api.patch(`${WEBHOOKS}/${kind}/${metadata.name}`, change, 'json');
        }
      }
    }
  }

  private async issue({ metadata: { name, namespace }, spec: { dnsNames, secretName } }: KubernetesObject): Promise<void> {
    const secrets = `/api/v1/namespaces/${namespace}/secrets`;
    if (await this.api.get(`${secrets}/${secretName}`)) {
      return;
    }
    const { certificate, key } = await this.certificates.sign(name, `/CN=${name}`, dnsNames);
    const data = { 'tls.crt': readFileSync(certificate).toString('base64'), 'tls.key': readFileSync(key).toString('base64') };
    await this.api.create(secrets, { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name: secretName, namespace }, data });
  }
}

function definition(kind: string, plural: string): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.cert-manager.io` },
    spec: {
      group: 'cert-manager.io',
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{
        name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      }],
    },
  };
}
