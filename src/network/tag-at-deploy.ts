import { createHash } from 'crypto';
import { CustomResource, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { NetworkTagsProperties, OWNERSHIP_PREFIX, WantedTag } from './network-tags-contract';
import { isListToken } from './subnets';
import { HandlerProvider } from '../custom-resource/handler-provider';
import { invalidProp } from '../util/messages';
import { spellTokens } from '../util/tokens';

/** A tag; key and value may hold tokens. */
export interface DeployTag {
  readonly key: string;
  readonly value: string;
  /**
   * Other values that serve as well: a tag that already has one of them stays as it is.
   *
   * @default - one with another value is an error
   */
  readonly alternatives?: string[];
}

export interface TagAtDeployProps {
  /** As in an ARN. */
  readonly resourceType: 'subnet' | 'security-group';

  /** Ids, tokens among them and list tokens, whose length only the deployment knows. */
  readonly resourceIds: string[];

  readonly tags: DeployTag[];

  /** Whether the tags stay when this construct, one of the ids or one of the tags is removed. */
  readonly keepOnDelete: boolean;
}

/**
 * Tags of subnets or security groups that CloudFormation cannot tag: those that are not in the template, and tags whose key is known at
 * deployment only.
 *
 * Defines a custom resource and its policy; the function exists once per stack. All ids and tags of one construct share a resource and few
 * calls. Adding and removing ids or tags is an update in place.
 *
 * A tag that existed before is never changed or deleted. One that is set here gets an ownership tag, and is deleted with the last of
 * those: see `network-tags-contract.ts`.
 */
export class TagAtDeploy extends Construct {
  constructor(scope: Construct, id: string, props: TagAtDeployProps) {
    super(scope, id);
    if (props.resourceIds.length === 0) {
      throw invalidProp('resourceIds', 'must name at least one resource', props.resourceIds, 'leave the tags out where there is nothing to tag');
    }
    if (props.tags.length === 0) {
      throw invalidProp('tags', 'must hold at least one tag', props.tags, 'leave the tags out where there is nothing to tag');
    }

    const provider = HandlerProvider.of(this, 'EksAlbIngressNetworkTagsProvider', 'network/program/network-tags',
      'Tags subnets and security groups for EKS ALB Ingresses where CloudFormation cannot', [
        // IAM has no resource type for it.
        new iam.PolicyStatement({ actions: ['ec2:DescribeTags'], resources: ['*'] }),
        // A deleted subnet is an error in an update, and is ignored in a rollback.
        new iam.PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [Stack.of(this).stackId] }),
      ]);
    const rights = chooseRights(this, props, provider);
    const policies = provider.allow(this, `Rights${rights.fingerprint}`, rights.statements, rights.listsIds);

    const properties: NetworkTagsProperties = {
      // A list that CloudFormation fills in cannot be joined with another one.
      ResourceIds: props.resourceIds.map((resourceId) => isListToken(resourceId) ? [resourceId] : resourceId),
      Tags: props.tags.map(renderTag),
      KeepOnDelete: props.keepOnDelete ? 'true' : 'false',
    };
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::EksAlbIngressNetworkTags',
      properties: { ...properties },
    });
    resource.node.addDependency(...policies);
  }
}

function renderTag({ key, value, alternatives }: DeployTag): WantedTag {
  return { Key: key, Value: value, Alternatives: alternatives };
}

interface Rights {
  readonly statements: iam.PolicyStatement[];
  /** Then they change with the ids; otherwise only when the cluster gets another name, or an option changes. */
  readonly listsIds: boolean;

  /**
   * Changes with what is granted, and changes the logical id of the policy.
   *
   * An update that removes a subnet or a tag still has to delete the tag there. A policy that changed in place would no longer allow that;
   * a policy with a new id is created before the update, and the old one deleted after it. A rollback finds both as well.
   */
  readonly fingerprint: string;
}

/** For each id if all are literal and the role has room to list them; otherwise for the type of resource. */
function chooseRights(scope: Construct, props: TagAtDeployProps, provider: HandlerProvider): Rights {
  const ids = literalIds(props.resourceIds);
  const named = ids && renderRights(scope, props, ids);
  return named && provider.hasRoomFor(named.statements) ? named : renderRights(scope, props);
}

function renderRights(scope: Construct, props: TagAtDeployProps, ids?: string[]): Rights {
  const arnOf = (resourceName: string) => Stack.of(scope).formatArn({
    service: 'ec2',
    // The ARN of a subnet shared through AWS RAM has its owner's account; ids are unique without it.
    account: '*',
    resource: props.resourceType,
    resourceName,
  });
  const resources = ids?.map(arnOf) ?? [arnOf('*')];
  const keys = props.tags.map(tag => tag.key);
  // The literal parts of a key, and anything for each token.
  const patterns = keys.map((key) => spellTokens(key, () => '*'));
  const exact = keys.every(key => !Token.isUnresolved(key));

  const ownershipTags = `${OWNERSHIP_PREFIX}*`;
  const statements: iam.PolicyStatement[] = [];
  const allow = (actions: string[], operator: string, ...values: string[]) => statements.push(new iam.PolicyStatement({
    actions,
    resources,
    conditions: {
      [`ForAllValues:${operator}`]: { 'aws:TagKeys': values },
      // ForAllValues is true without any key, and DeleteTags without keys deletes every tag.
      Null: { 'aws:TagKeys': 'false' },
    },
  }));
  if (props.keepOnDelete) {
    allow(['ec2:CreateTags'], 'StringEquals', ...keys);
  } else if (exact) {
    allow(['ec2:CreateTags', 'ec2:DeleteTags'], 'StringLike', ...keys, ownershipTags);
  } else {
    allow(['ec2:CreateTags'], 'StringLike', ...keys, ownershipTags);
    // When a token's value changes, the old key, which has to be deleted, is not known at synth.
    allow(['ec2:DeleteTags'], 'StringLike', ...patterns, ownershipTags);
  }

  const granted = JSON.stringify([props.resourceType, ids?.slice().sort() ?? '*', patterns.slice().sort(), props.keepOnDelete]);
  return { statements, listsIds: ids !== undefined, fingerprint: createHash('sha256').update(granted).digest('hex').slice(0, 8).toUpperCase() };
}

function literalIds(resourceIds: string[]): string[] | undefined {
  return resourceIds.some(id => Token.isUnresolved(id) || isListToken(id)) ? undefined : [...new Set(resourceIds)];
}
