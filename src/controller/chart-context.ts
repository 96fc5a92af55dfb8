import type { ControllerVersion } from '../release/controller-version';
import { ChartFeatures } from '../release/web-protection';

/** What the values need besides the user's options. */
export interface ChartContext {
  readonly version: ControllerVersion;
  /** Name of the Helm release, which the chart puts on its pods as `app.kubernetes.io/instance`. */
  readonly releaseName: string;
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: string;
  readonly serviceAccountName: string;
  /** What the pods must be made anew for when it changes. */
  readonly podAnnotations?: { readonly [key: string]: string };
  /** What `ControllerImage._bind()` returned. */
  readonly image: { readonly image: { readonly repository: string; readonly tag: string }; readonly imagePullSecrets?: { readonly name: string }[] };
  /** What the user set, with what `decideWebProtection()` made of the rest. */
  readonly features: ChartFeatures;
  /** Whether the chart is a local one, which may have values of its own. */
  readonly localChart: boolean;
}

/** Something legal but risky, for `warn()`. */
export interface ChartWarning {
  readonly name: string;
  readonly message: string;
}
