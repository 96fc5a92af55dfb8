import { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { TargetCluster } from '../cluster/target-cluster';
import { invalidProp } from '../util/messages';
import { YamlObject } from '../util/yaml';

/**
 * Characters of one manifest as it stands in a template.
 *
 * CloudFormation calls the handler with at most 262,144 bytes, and on an update sends the old properties along with the new.
 */
const LONGEST_MANIFEST = 120_000;

export interface ControllerCrdsProps {
  readonly target: TargetCluster;
  /** The CustomResourceDefinitions, as their file has them. */
  readonly definitions: YamlObject[];
}

/**
 * The CustomResourceDefinitions of a controller release.
 *
 * Helm installs those of a chart once, and never again touches them; here they are brought up to date whenever they change. They
 * stay when the stack goes, and when a release no longer has them: with a definition go all its objects, and with a
 * TargetGroupBinding the targets of a live load balancer.
 *
 * One manifest a definition, called by its name: what one release adds does not move the others.
 */
export class ControllerCrds extends Construct {
  constructor(scope: Construct, id: string, { target, definitions }: ControllerCrdsProps) {
    super(scope, id);
    for (const definition of definitions) {
      requireManifestSize([definition]);
      target.newManifest(this, definition.metadata.name, {
        manifest: [withoutState(definition)],
        // Others may have installed it before, Helm among them.
        overwrite: true,
        prune: false,
        removalPolicy: RemovalPolicy.RETAIN,
      });
    }
  }
}

export function isCrd({ apiVersion, kind }: YamlObject): boolean {
  return kind === 'CustomResourceDefinition' && apiVersion.startsWith('apiextensions.k8s.io/');
}

/** Rejects what CloudFormation could not hand to the CDK's handler. */
export function requireManifestSize(objects: YamlObject[]): void {
  const size = JSON.stringify(JSON.stringify(objects)).length;
  if (size > LONGEST_MANIFEST) {
    throw invalidProp('source', `must have no more than ${LONGEST_MANIFEST} characters in ${objects.map(({ metadata }) => metadata.name).join(', ')}`, size,
      'take the file as it was published');
  }
}

/** Older files carry empty fields of state, which the API server owns. */
export function withoutState({ status, metadata: { creationTimestamp, ...metadata }, ...object }: YamlObject): YamlObject {
  return { ...object, metadata } as YamlObject;
}
