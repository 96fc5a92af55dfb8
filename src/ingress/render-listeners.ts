import { Tokenization } from 'aws-cdk-lib';
import type { IngressClassOptions } from './ingress-class-options';
import type { IngressOptions } from './ingress-options';
import type { PlainListener } from './ingress-value-types';
import type { Description, Setting } from '../options/option';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** The listeners of an Ingress. */
export interface RenderedListeners {
  /** The options that depend on the listeners, and attributes of listeners. */
  readonly options: Description;
}

/**
 * Decides the listeners: HTTPS where there are certificates, with HTTP that only leads there.
 *
 * @param prop what to call the options in messages
 * @param settings of the class, which come before those of the Ingress
 * @param hosts for which certificates can be discovered
 */
export function renderListeners(prop: string, options: IngressOptions, settings: IngressClassOptions, hosts: string[]): RenderedListeners {
  const { certificates, discoverCertificates, sslPolicy } = options;
  const given = options.listeners?.map((listener): PlainListener => ({ ...listener, protocol: String(listener.protocol) }));
  const hasCertificates = certificates !== undefined || settings.certificates !== undefined;
  const listeners: PlainListener[] = given ?? (hasCertificates || discoverCertificates
    ? [{ protocol: 'HTTP', port: 80 }, { protocol: 'HTTPS', port: 443 }]
    : [{ protocol: 'HTTP', port: 80 }]);
  const secure = listeners.find(({ protocol }) => protocol === 'HTTPS');
  const plain = listeners.find(({ protocol }) => protocol === 'HTTP');

  if (discoverCertificates && hasCertificates) {
    throw invalidProp(`${prop}.discoverCertificates`, 'must be left out where there are certificates', true, 'keep one of them');
  }
  for (const field of ['certificates', 'sslPolicy', 'discoverCertificates', 'auth'] as const) {
    if (options[field] !== undefined && options[field] !== false && !secure) {
      throw invalidProp(`${prop}.${field}`, 'must come with an HTTPS listener', field === 'sslPolicy' ? sslPolicy : 'no HTTPS listener',
        field === 'certificates' || field === 'discoverCertificates' ? 'add one to listeners, or leave listeners out' : 'add certificates, or an HTTPS listener');
    }
  }
  // Without hosts the controller looks for no certificates, and takes those of other Ingresses of the group.
  const mayShareCertificates = isInGroup(options, settings) && !discoverCertificates;
  if (secure && !hasCertificates && hosts.length === 0 && !mayShareCertificates) {
    throw invalidProp(`${prop}.rules`, 'must name hosts for which certificates can be discovered, where certificates are not given', hosts,
      'add the host to the rules, or certificates');
  }
  const redirectPort = decideRedirect(prop, options, settings, secure?.port, plain?.port);
  checkRedirectOfClass(prop, options, settings, listeners);
  return {
    options: new Map<string, Setting>([
      ...given ?? secure ? [['listeners', { value: listeners, at: `${prop}.listeners` }] as const] : [],
      ...redirectPort !== undefined ? [['sslRedirectPort', { value: redirectPort, at: `${prop}.redirectHttp` }] as const] : [],
      ...(given ?? []).flatMap(({ protocol, port, attributes }, index) => attributes
        ? [[`listener-attributes.${protocol}-${Tokenization.stringifyNumber(port)}`, { value: attributes, at: `${prop}.listeners[${index}].attributes` }] as const]
        : []),
    ]),
  };
}

function decideRedirect(
  prop: string, { redirectHttp }: IngressOptions, { sslRedirectPort }: IngressClassOptions, secure: number | undefined, plain: number | undefined,
): number | undefined {
  if (sslRedirectPort !== undefined) {
    if (redirectHttp !== undefined) {
      throw invalidProp(`${prop}.redirectHttp`, 'must be left out where the class sets sslRedirectPort', redirectHttp, 'set it in one place');
    }
    return undefined;
  }
  if (redirectHttp && (secure === undefined || plain === undefined)) {
    throw invalidProp(`${prop}.redirectHttp`, 'must come with a listener of HTTP and one of HTTPS', true,
      secure === undefined ? 'add certificates, or an HTTPS listener' : 'add an HTTP listener, or leave it out');
  }
  return redirectHttp !== false && secure !== undefined && plain !== undefined ? secure : undefined;
}

/**
 * The controller makes nothing where no listener has the port to redirect to. In a group another Ingress may bring it, but what leads there
 * does not find the rules of this one.
 */
function checkRedirectOfClass(prop: string, options: IngressOptions, settings: IngressClassOptions, listeners: PlainListener[]): void {
  const { sslRedirectPort } = settings;
  if (sslRedirectPort === undefined || [sslRedirectPort, ...listeners.map(({ port }) => port)].some(isUnknown)
    || listeners.some(({ protocol, port }) => protocol === 'HTTPS' && port === sslRedirectPort)
    || (isInGroup(options, settings) && listeners.every(({ protocol }) => protocol === 'HTTPS'))) return;
  throw invalidProp(`${prop}.listeners`, `must have HTTPS on port ${sslRedirectPort}, the sslRedirectPort of the class`, listeners.map(listenerText),
    'add certificates or that listener, or use another class');
}

function isInGroup({ groupName }: IngressOptions, settings: IngressClassOptions): boolean {
  return (settings.groupName ?? groupName) !== undefined;
}

function listenerText({ protocol, port }: PlainListener): string {
  return `${protocol} on port ${port}`;
}
