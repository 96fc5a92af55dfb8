import type { CfnResource, IResolvable } from 'aws-cdk-lib';
import { Reference } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/*
 * What this library reads of the CDK without the CDK declaring it: protected members, private members and undeclared ones.
 *
 * All of it is here, and `test/cluster/cdk-internals.test.ts` tests each of them against the installed CDK.
 */

/** Template parts that an escape hatch has set, as `addPropertyOverride()` and `addOverride()` keep them. */
export interface Overrides {
  readonly Properties?: { readonly [property: string]: any };
  readonly DependsOn?: unknown;
}

/** The properties of a resource as it was given them, before they are rendered. Each call makes a new object. */
export function propertiesOf(resource: CfnResource): Record<string, any> {
  return (resource as unknown as { readonly cfnProperties: Record<string, any> }).cfnProperties;
}

/** What escape hatches have set on a resource. */
export function overridesOf(resource: CfnResource): Overrides {
  return (resource as unknown as { readonly rawOverrides: Overrides }).rawOverrides;
}

/** Whether a resource is rendered into the template. A policy without statements, for example, is not. */
export function isInTemplate(resource: CfnResource): boolean {
  return (resource as unknown as { shouldSynthesize(): boolean }).shouldSynthesize();
}

/** The name that a construct was given, while its attributes are references to itself. */
export function physicalNameOf(construct: IConstruct): string | undefined {
  return (construct as unknown as { readonly physicalName?: string }).physicalName;
}

/** The Kubernetes version that a cluster was given, such as `1.35`; undefined for an imported cluster. Both EKS modules keep it. */
export function versionOf(cluster: IConstruct): string | undefined {
  return (cluster as unknown as { readonly version?: { readonly version: string } }).version?.version;
}

/** The reference that a token is, or that the CDK has wrapped in it, as it does for references between stacks. */
export function referenceIn(token: IResolvable): Reference | undefined {
  const { reference } = token as { readonly reference?: unknown };
  return [token, reference].find((one) => Reference.isReference(one));
}

/** The statements of a token that is a policy document. */
export function statementsOf(token: IResolvable): iam.PolicyStatement[] | undefined {
  const { statements } = token as { readonly statements?: unknown };
  return Array.isArray(statements) && statements.every((statement) => Array.isArray(statement?.resources) && Array.isArray(statement.principals))
    ? statements
    : undefined;
}
