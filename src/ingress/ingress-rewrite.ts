import { markInstances } from '../util/class-marker';
import { invalidProp } from '../util/messages';
import { checkText } from '../util/struct-check';
import { isUnknown } from '../util/tokens';

/** A transform, as the controller reads it from the annotation `transforms.<name>`. */
interface Transform {
  readonly type: 'url-rewrite' | 'host-header-rewrite';
  readonly [config: string]: unknown;
}

/**
 * How a rule changes requests before a target gets them: the path, the host, or both. Requires controller v2.14.1 or later.
 *
 * Rules are matched against the request as the client sent it. A request that the expression does not match is forwarded unchanged.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
 *
 * @example
 * albIngress.addIngress('Shop', {
 *   rules: [{ path: '/api', service: 'api', port: 80, rewrite: IngressRewrite.stripPrefix('/api') }],
 * });
 */
export class IngressRewrite {
  /**
   * Removes a prefix: `stripPrefix('/api')` forwards `/api` and `/api/` as `/`, `/api/x` as `/x`, and `/api?q=1` as `/?q=1`.
   *
   * @param prefix literal path that starts with `/`, such as `/api`. No tokens
   */
  public static stripPrefix(prefix: string): IngressRewrite {
    const name = 'IngressRewrite.stripPrefix()';
    checkText(name, prefix);
    const bare = isUnknown(prefix) ? '' : prefix.replace(/\/+$/, '');
    if (!/^\/[^?#]/.test(bare)) {
      throw invalidProp(name, 'must be a literal path that starts with / and has more than that', prefix, 'write it like "/api"');
    }
    // The query is kept, whether Elastic Load Balancing matches it together with the path or not.
    return IngressRewrite.path(`^${bare.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?:/([^?]*))?(\\?.*)?$`, '/$1$2');
  }

  /**
   * Replaces the path, and the query, by a regular expression.
   *
   * @param pattern regular expression, such as `^/old/(.*)$`: at most 1024 characters, without lookarounds, backreferences, atomic groups,
   * possessive quantifiers and `\p{…}`. Start it with `^` and end it with `$` to match the whole path
   * @param replacement the new path, such as `/new/$1`: `$1` is the first group of the pattern
   */
  public static path(pattern: string, replacement: string): IngressRewrite {
    const name = 'IngressRewrite.path()';
    checkRewrite(name, pattern, replacement);
    if (!isUnknown(replacement) && !/^[/$]/.test(replacement)) {
      throw invalidProp(name, 'must have a replacement that starts with /', replacement, 'write it like "/new/$1"');
    }
    return new IngressRewrite({ regex: pattern, replace: replacement });
  }

  /**
   * Replaces the host header. Use the method `host()` to change the path as well.
   *
   * @param host the new host, such as `shop.internal`, in which `$1` is the first group of the pattern
   * @param pattern regular expression for the host of the request; the whole host unless it is given
   */
  public static hostHeader(host: string, pattern: string = WHOLE): IngressRewrite {
    return new IngressRewrite().replaceHost('IngressRewrite.hostHeader()', host, pattern);
  }

  private constructor(
    private readonly url?: { readonly regex: string; readonly replace: string },
    private readonly hostRewrite?: { readonly regex: string; readonly replace: string },
  ) {}

  /**
   * Replaces the host header as well: the result has both rewrites, and this one is not changed.
   *
   * @param host the new host, such as `shop.internal`, in which `$1` is the first group of the pattern
   * @param pattern regular expression for the host of the request; the whole host unless it is given
   */
  public host(host: string, pattern: string = WHOLE): IngressRewrite {
    return this.replaceHost('IngressRewrite.host()', host, pattern);
  }

  /**
   * At most one transform of each type, as Elastic Load Balancing allows.
   *
   * @internal
   */
  public _transforms(): Transform[] {
    return [
      ...this.url ? [{ type: 'url-rewrite', urlRewriteConfig: { rewrites: [this.url] } } as const] : [],
      ...this.hostRewrite ? [{ type: 'host-header-rewrite', hostHeaderRewriteConfig: { rewrites: [this.hostRewrite] } } as const] : [],
    ];
  }

  private replaceHost(name: string, host: string, pattern: string): IngressRewrite {
    if (this.hostRewrite) {
      throw invalidProp(name, 'must be called once', host, 'keep one of them: a rule rewrites the host once');
    }
    checkRewrite(name, pattern, host);
    if (!isUnknown(host) && !/^[\w.${}-]+(:\d+)?$/.test(host)) {
      throw invalidProp(name, 'must be a host name, without protocol and path', host, 'write it like "shop.internal"');
    }
    return new IngressRewrite(this.url, { regex: pattern, replace: host });
  }
}

markInstances(IngressRewrite, 'IngressRewrite');

const WHOLE = '^.*$';

function checkRewrite(name: string, pattern: string, replacement: string): void {
  checkText(name, pattern);
  checkText(name, replacement);
  checkExpression(name, pattern, 1024);
  if (isUnknown(replacement)) return;
  if (replacement.length < 1 || replacement.length > 1024) {
    throw invalidProp(name, 'must have a replacement of 1 to 1024 characters', `${replacement.length} characters`, 'correct it');
  }
  const groups = isUnknown(pattern) ? 9 : new RegExp(`${forJavaScript(pattern)}|`).exec('')!.length - 1;
  const missing = [...replacement.matchAll(/\$(\d)/g)].find(([, group]) => Number(group) > groups);
  if (missing) {
    throw invalidProp(name, `must use groups of its expression in the replacement, which has ${groups}`, missing[0], 'put parentheses around what it stands for');
  }
}

/** What Elastic Load Balancing does not support in the expressions of listener rules. */
const UNSUPPORTED: { readonly [feature: string]: RegExp } = {
  'lookaheads or lookbehinds': /\(\?<?[=!]/,
  'atomic groups': /\(\?>/,
  'recursion or subroutines': /\(\?(R|P>|&|[+-]?\d)/,
  'backreferences': /\\([1-9]|k[<{'])/,
  'possessive quantifiers': /[*+?}]\+/,
  'Unicode character classes': /\\[pP]/,
};

/**
 * Rejects a regular expression that Elastic Load Balancing would reject in a listener rule.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export function checkExpression(name: string, expression: string, longest: number): void {
  if (isUnknown(expression)) return;
  if (expression.length > longest) {
    throw invalidProp(name, `must have a regular expression of at most ${longest} characters`, `${expression.length} characters`, 'shorten it');
  }
  // An escaped backslash, or an escaped character, is not the start of any of these.
  const bare = expression.replace(/\\[^1-9kpP]/g, '').replace(/\[\^?\]?[^\]]*\]/g, '_');
  const [feature] = Object.entries(UNSUPPORTED).find(([, pattern]) => pattern.test(bare)) ?? [];
  if (feature !== undefined) {
    throw invalidProp(name, `must not have ${feature}, which Elastic Load Balancing does not support`, expression, 'write the expression without them');
  }
  try {
    new RegExp(forJavaScript(expression));
  } catch {
    throw invalidProp(name, 'must be a valid regular expression', expression, 'correct it, and escape the characters that are meant literally');
  }
}

/** Flags and named groups have another syntax in JavaScript. */
function forJavaScript(expression: string): string {
  return expression.replace(/^\(\?[a-zA-Z]+\)/, '').replace(/\(\?P</g, '(?<');
}
