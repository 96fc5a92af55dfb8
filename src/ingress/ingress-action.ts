import { Duration, Tokenization } from 'aws-cdk-lib';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { markInstances } from '../util/class-marker';
import { invalidProp } from '../util/messages';
import { checkNumber, checkStruct, checkType } from '../util/struct-check';
import { isUnknown } from '../util/tokens';
import { validateInteger } from '../util/validation';

/**
 * One of several targets: a port of a Service, or a target group that is there already.
 */
export interface IngressWeightedTarget {
  /**
   * Share of the requests, 0 to 999, in proportion to the sum of all weights.
   */
  readonly weight: number;

  /**
   * Name of a Service in the namespace of the Ingress. Comes with `port`.
   *
   * @default - `targetGroup` gets them
   */
  readonly service?: string;

  /**
   * Port of the Service, 1 to 65535.
   *
   * @default - `targetGroup` gets them
   */
  readonly port?: number;

  /**
   * A target group, such as that of a Lambda function or of another cluster.
   *
   * @default - `service` gets them
   */
  readonly targetGroup?: elbv2.ITargetGroup;
}

/**
 * Options of `IngressAction.weightedForward()`.
 */
export interface IngressForwardOptions {
  /**
   * Time for which a client stays with its target group: 1 second to 7 days.
   *
   * @default - each request is decided separately
   */
  readonly stickinessDuration?: Duration;
}

/** What the controller takes for an action, as JSON. */
type ActionJson = { readonly type: string; readonly [config: string]: unknown };

/**
 * What a rule does with requests, other than to hand them to one Service.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
 */
export class IngressAction {
  /**
   * Answers by itself.
   *
   * @param statusCode 200 to 299, 400 to 499 or 500 to 599
   */
  public static fixedResponse(statusCode: number, options: elbv2.FixedResponseOptions = {}): IngressAction {
    checkNumber('IngressAction.fixedResponse()', statusCode);
    checkStruct('FixedResponseOptions', 'IngressAction.fixedResponse()', options);
    if (!isUnknown(statusCode) && !/^[245]\d\d$/.test(String(statusCode))) {
      throw invalidProp('IngressAction.fixedResponse()', 'must be given a status code of 200 to 299 or 400 to 599', statusCode,
        'use IngressAction.redirect() for others');
    }
    if (options.messageBody !== undefined && !isUnknown(options.messageBody) && options.messageBody.length > 1024) {
      throw invalidProp('IngressAction.fixedResponse()', 'must be given a message of at most 1024 characters', `${options.messageBody.length} characters`, 'shorten it');
    }
    return new IngressAction({
      type: 'fixed-response',
      fixedResponseConfig: {
        contentType: options.contentType ?? 'text/plain',
        messageBody: options.messageBody,
        statusCode: Tokenization.stringifyNumber(statusCode),
      },
    });
  }

  /**
   * Sends the client to another address, at least one part of which must be another.
   *
   * What is left out stays as it is. `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}` stand for the parts of the request.
   */
  public static redirect(options: elbv2.RedirectOptions): IngressAction {
    checkStruct('RedirectOptions', 'IngressAction.redirect()', options);
    const { host, path, port, protocol, query } = options;
    if ([host, path, port, protocol, query].every((part) => part === undefined)) {
      throw invalidProp('IngressAction.redirect()', 'must change one of host, path, port, protocol and query, or it would go round in circles', options,
        'say where to redirect to');
    }
    if (path !== undefined && !isUnknown(path) && !path.startsWith('/')) {
      throw invalidProp('IngressAction.redirect()', 'must have a path that starts with /', path, 'write it like "/#{path}"');
    }
    if (protocol !== undefined && !isUnknown(protocol) && !['HTTP', 'HTTPS', '#{protocol}'].includes(protocol)) {
      throw invalidProp('IngressAction.redirect()', 'must have the protocol HTTP, HTTPS or #{protocol}', protocol, 'use one of them');
    }
    return new IngressAction({
      type: 'redirect',
      redirectConfig: { host, path, port, protocol, query, statusCode: options.permanent ? 'HTTP_301' : 'HTTP_302' },
    });
  }

  /**
   * Divides the requests among one to five targets, such as an old and a new Service.
   */
  public static weightedForward(targets: IngressWeightedTarget[], options: IngressForwardOptions = {}): IngressAction {
    const name = 'IngressAction.weightedForward()';
    checkType('IngressWeightedTarget[]', name, targets);
    checkStruct('IngressForwardOptions', name, options);
    if (targets.length < 1 || targets.length > 5) {
      throw invalidProp(name, 'must be given one to five targets', targets.length, 'a load balancer divides requests among no more');
    }
    const seconds = options.stickinessDuration?.toSeconds();
    if (seconds !== undefined) {
      validateInteger(`stickinessDuration of ${name}, in seconds,`, seconds, 1, 604800, 'use at most 7 days');
    }
    return new IngressAction({
      type: 'forward',
      forwardConfig: {
        targetGroups: targets.map((target) => renderTarget(name, target)),
        ...seconds !== undefined && { targetGroupStickinessConfig: { enabled: true, durationSeconds: seconds } },
      },
    }, targets.flatMap(({ service }) => service ?? []));
  }

  /** @internal */
  public static _toService(service: string, port: number | string): IngressAction {
    return new IngressAction({ type: 'forward', forwardConfig: { targetGroups: [{ serviceName: service, servicePort: port }] } }, [service]);
  }

  private constructor(
    /** @internal */
    public readonly _json: ActionJson,
    /** @internal */
    public readonly _services: string[] = [],
  ) {}
}

markInstances(IngressAction, 'IngressAction');

function renderTarget(name: string, { weight, service, port, targetGroup }: IngressWeightedTarget) {
  validateInteger(`weight of ${name}`, weight, 0, 999, 'weigh the targets against each other');
  if ((service === undefined) === (targetGroup === undefined)) {
    throw invalidProp(name, 'must be given targets with either a service or a targetGroup', { service, targetGroup: targetGroup?.node.path }, 'keep one of them');
  }
  if (targetGroup) {
    return { targetGroupARN: targetGroup.targetGroupArn, weight };
  }
  if (port === undefined) {
    throw invalidProp(name, 'must be given services with their port', service, 'add the port of the Service');
  }
  validateInteger(`port of ${name}`, port, 1, 65535, 'use the port of the Service');
  return { serviceName: service, servicePort: port, weight };
}
