import { CustomResources } from './custom-resources';
import { eksProviders } from './eks-resources';
import { iamProviders } from './iam-resources';
import { INERT, INERT_TYPES } from './inert-resources';
import { LambdaFunctions } from './lambda-resources';
import { loadBalancerProviders } from './load-balancer-resources';
import { NestedStacks } from './nested-stacks';
import { networkProviders } from './network-resources';
import { ResourceProvider } from './provider';
import { Responses } from './responses';
import { Stack } from './stack';
import { Eks } from '../aws/eks';
import { Iam } from '../aws/iam';
import { Moto } from '../aws/moto';
import { MotoFacts } from '../aws/moto-facts';
import { NodeGroups } from '../kubernetes/node-groups';
import { Functions } from '../lambda/functions';

export interface ProvidersProps {
  readonly iam: Iam;
  readonly eks: Eks;
  readonly moto: Moto;
  readonly facts: MotoFacts;
  readonly nodes: NodeGroups;
  readonly functions: Functions;
  readonly responses: Responses;
  readonly newStack: (name: string) => Stack;
}

/** Who makes the resources of a type. */
export class Providers {
  /** Types that were asked for and are not the real thing. */
  public readonly simulated = new Set<string>();

  private readonly providers: Record<string, ResourceProvider>;
  private readonly simulatedTypes: Set<string>;
  private readonly customResources: CustomResources;

  constructor({ iam, eks, moto, facts, nodes, functions, responses, newStack }: ProvidersProps) {
    const simulated = { ...eksProviders(eks, moto, facts, nodes), ...Object.fromEntries(INERT_TYPES.map((type) => [type, INERT])) };
    this.simulatedTypes = new Set([...Object.keys(simulated), 'Custom::AWSCDKOpenIdConnectProvider']);
    this.providers = {
      ...simulated,
      ...networkProviders(moto, facts),
      ...loadBalancerProviders(moto),
      ...iamProviders(iam),
      'AWS::Lambda::Function': new LambdaFunctions(functions),
      'AWS::CloudFormation::Stack': new NestedStacks(newStack),
    };
    this.customResources = new CustomResources(functions, responses);
  }

  public of(type: string): ResourceProvider {
    if (this.simulatedTypes.has(type)) {
      this.simulated.add(type);
    }
    const provider = this.providers[type] ?? (/^(Custom::|AWS::CloudFormation::CustomResource$)/.test(type) ? this.customResources : undefined);
    if (!provider) {
      throw new Error(`${type} is not simulated`);
    }
    return provider;
  }
}
