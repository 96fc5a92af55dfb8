import { createHash } from 'crypto';
import { CfnResource, CustomResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CLAIM_PREFIX } from './claims';
import { NetworkTagsProperties, ResourceIds, WantedTag } from './network-tags-contract';
import { isListToken } from './subnets';
import { HandlerProvider } from '../custom-resource/handler-provider';
import { invalidProp } from '../util/messages';
import { spellTokens } from '../util/tokens';

/** A tag; key and value may hold tokens. */
export interface DeployTag {
  readonly key: string;
  readonly value: string;
  /**
   * Values that do as well: a tag which is there already with one of them stays as it is.
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

  /** Whether the tags stay when this construct, one of the ids or one of the tags goes. */
  readonly keepOnDelete: boolean;
}

/**
 * Tags of subnets or security groups that CloudFormation cannot tag: those which it does not own, and
 * keys which are known at deploy only.
 *
 * Defines a custom resource and its policy; the function behind it exists once a stack. All ids and tags
 * of one construct share a resource and few calls. Adding and removing ids or tags is an update in place.
 *
 * A tag that is there before is left alone, then and in the end. One that is put here gets a claim beside it, a tag as well, and goes
 * when its last claim goes: see `claims.ts`.
 */
export class TagAtDeploy extends Construct {
  private readonly resource: CfnResource;
  private readonly ids: ResourceIds;
  private sibling?: TagAtDeploy;

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
        // AWS knows no resource for it.
        new iam.PolicyStatement({ actions: ['ec2:DescribeTags'], resources: ['*'] }),
        // What is gone is an error in an update, and none in the rollback of one.
        new iam.PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [Stack.of(this).stackId] }),
      ]);
    const rights = chooseRights(this, props, provider);
    const policies = provider.allow(this, `Rights${rights.fingerprint}`, rights.statements);

    // A list that CloudFormation fills in cannot be joined with another one.
    this.ids = props.resourceIds.map((resourceId) => isListToken(resourceId) ? [resourceId] : resourceId);
    const properties: Omit<NetworkTagsProperties, 'Sibling'> = {
      ResourceIds: this.ids,
      Tags: props.tags.map(renderTag),
      KeepOnDelete: props.keepOnDelete ? 'true' : 'false',
    };
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::EksAlbIngressNetworkTags',
      properties: { ...properties, Sibling: Lazy.any({ produce: () => this.sibling?.asSibling }) },
    });
    this.resource = resource.node.defaultChild as CfnResource;
    resource.node.addDependency(...policies);
  }

  /** Lets ids move between two constructs with the same tags and never be without them; CloudFormation updates the two in any order. */
  public exchangeWith(sibling: TagAtDeploy): void {
    this.sibling = sibling;
    sibling.sibling = this;
  }

  private get asSibling(): NetworkTagsProperties['Sibling'] {
    return { LogicalId: this.resource.logicalId, ResourceIds: this.ids };
  }
}

function renderTag({ key, value, alternatives }: DeployTag): WantedTag {
  return { Key: key, Value: value, Alternatives: alternatives };
}

interface Rights {
  readonly statements: iam.PolicyStatement[];

  /**
   * Changes with what is granted, and the policy's logical id with it.
   *
   * An update that removes a subnet or a tag still has to delete the tag there. With a policy changed in
   * place, the right to do so would be gone by then; a policy with a new id comes before the update, and
   * the old one goes after it. A rollback finds both as well. That there is room for both is the concern of `RoleCapacity`.
   */
  readonly fingerprint: string;
}

/** For the ids one by one where all are literal and the role has room to name them; else for their type. */
function chooseRights(scope: Construct, props: TagAtDeployProps, provider: HandlerProvider): Rights {
  const ids = literalIds(props.resourceIds);
  const named = ids && renderRights(scope, props, ids);
  return named && provider.hasRoomFor(named.statements) ? named : renderRights(scope, props);
}

function renderRights(scope: Construct, props: TagAtDeployProps, ids?: string[]): Rights {
  const arnOf = (resourceName: string) => Stack.of(scope).formatArn({
    service: 'ec2',
    // A subnet shared through AWS RAM has its owner's account in its ARN; ids are unique without it.
    account: '*',
    resource: props.resourceType,
    resourceName,
  });
  const resources = ids?.map(arnOf) ?? [arnOf('*')];
  const keys = props.tags.map(tag => tag.key);
  // The literal parts of a key, and anything for each token.
  const patterns = keys.map((key) => spellTokens(key, () => '*'));
  const exact = keys.every(key => !Token.isUnresolved(key));

  const claims = `${CLAIM_PREFIX}*`;

  const statements: iam.PolicyStatement[] = [];
  const allow = (actions: string[], operator: string, ...values: string[]) => statements.push(new iam.PolicyStatement({
    actions,
    resources,
    conditions: {
      [`ForAllValues:${operator}`]: { 'aws:TagKeys': values },
      // ForAllValues holds for no keys at all, and DeleteTags without keys deletes every tag.
      Null: { 'aws:TagKeys': 'false' },
    },
  }));
  if (props.keepOnDelete) {
    allow(['ec2:CreateTags'], 'StringEquals', ...keys);
  } else if (exact) {
    allow(['ec2:CreateTags', 'ec2:DeleteTags'], 'StringLike', ...keys, claims);
  } else {
    allow(['ec2:CreateTags'], 'StringLike', ...keys, claims);
    // When a token's value changes, the old key, which has to go, is known to nobody at synth.
    allow(['ec2:DeleteTags'], 'StringLike', ...patterns, claims);
  }

  const granted = JSON.stringify([props.resourceType, ids?.slice().sort() ?? '*', patterns.slice().sort(), props.keepOnDelete]);
  return { statements, fingerprint: createHash('sha256').update(granted).digest('hex').slice(0, 8).toUpperCase() };
}

function literalIds(resourceIds: string[]): string[] | undefined {
  return resourceIds.some(id => Token.isUnresolved(id) || isListToken(id)) ? undefined : [...new Set(resourceIds)];
}
