import { CfnResource } from 'aws-cdk-lib';

/** The properties a resource was given, before they are rendered. */
export function propertiesOf(resource: CfnResource): Record<string, any> {
  return (resource as unknown as { cfnProperties: Record<string, any> }).cfnProperties;
}
