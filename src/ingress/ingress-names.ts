import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** The Ingresses of a cluster by namespace and name: `kubectl create` fails for the second one of a name, when it is deployed. */
export class IngressNames {
  /** Paths of the Ingresses' constructs. */
  private readonly taken = new Map<string, string>();

  /** Takes a name, unless another Ingress has it. What is a token may be any. */
  public take(prop: string, namespace: string, name: string, path: string): void {
    if (isUnknown(namespace) || isUnknown(name)) return;
    const key = `${namespace}/${name}`;
    const other = this.taken.get(key);
    if (other !== undefined) {
      throw invalidProp(`${prop}.ingressName`, `must not be that of ${other}, in the same namespace`, key, 'choose another name or namespace');
    }
    this.taken.set(key, path);
  }
}
