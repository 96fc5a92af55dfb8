import { Template } from './template';
import { ACCOUNT, REGION } from '../settings';

/** Value of `AWS::NoValue`: the property is not there. */
const NO_VALUE = Symbol('AWS::NoValue');

/** What a template's functions look up beside the template itself. */
export interface Surroundings {
  readonly stackName: string;
  readonly stackId: string;
  readonly parameters: Record<string, unknown>;
  /** `Ref` of a resource that is there. */
  readonly ref: (logicalId: string) => unknown;
  readonly attribute: (logicalId: string, name: string) => unknown;
  /** Exports of other stacks. */
  readonly importValue: (name: string) => unknown;
  /** Outputs of other stacks. */
  readonly stackOutput: (stackName: string, output: string) => unknown;
}

/** Resolves intrinsic functions. What CloudFormation would reject is an error here. */
export class Intrinsics {
  constructor(private readonly template: Template, private readonly surroundings: Surroundings) {}

  public resolve(value: unknown): any {
    const resolved = this.inner(value);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  public condition(name: string): boolean {
    const conditions = this.template.Conditions ?? {};
    if (!(name in conditions)) {
      throw new Error(`unresolved condition ${name}`);
    }
    return this.isTrue(conditions[name]);
  }

  private inner(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.inner(item)).filter((item) => item !== NO_VALUE);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const entries = Object.entries(value);
    if (entries.length === 1 && /^(Ref$|Fn::|Condition$)/.test(entries[0][0])) {
      return this.call(entries[0][0], entries[0][1]);
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, this.inner(item)]).filter(([, item]) => item !== NO_VALUE));
  }

  private call(name: string, argument: any): unknown {
    switch (name) {
      case 'Ref':
        return this.ref(argument);
      case 'Fn::GetAtt': {
        const [id, ...path] = typeof argument === 'string' ? argument.split('.') : argument;
        return this.defined(`${id}.${path.join('.')}`, this.surroundings.attribute(id, path.join('.')));
      }
      case 'Fn::Join':
        return (this.inner(argument[1]) as unknown[]).join(argument[0]);
      case 'Fn::Sub': {
        const [text, variables] = typeof argument === 'string' ? [argument, {}] : [argument[0], this.inner(argument[1]) as Record<string, unknown>];
        return text.replace(/\$\{([^}]+)\}/g, (_: string, key: string) => key.startsWith('!') ? `\${${key.slice(1)}}`
          : String(key in variables ? variables[key] : key.includes('.') ? this.call('Fn::GetAtt', key) : this.ref(key)));
      }
      case 'Fn::Select': {
        const items = this.inner(argument[1]) as unknown[];
        return this.defined(`Fn::Select ${JSON.stringify(argument)}`, items[Number(argument[0])]);
      }
      case 'Fn::Split':
        return String(this.inner(argument[1])).split(argument[0]);
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => REGION + zone);
      case 'Fn::If':
        return this.inner(this.condition(argument[0]) ? argument[1] : argument[2]);
      case 'Fn::FindInMap': {
        const [map, first, second] = argument.slice(0, 3).map((part: unknown) => this.inner(part));
        return this.defined(`Fn::FindInMap ${JSON.stringify(argument)}`,
          this.template.Mappings?.[map]?.[first]?.[second] ?? this.inner(argument[3]?.DefaultValue));
      }
      case 'Fn::ImportValue':
        return this.surroundings.importValue(String(this.inner(argument)));
      case 'Fn::GetStackOutput': {
        const { StackName, OutputName } = this.inner(argument) as Record<string, string>;
        return this.surroundings.stackOutput(StackName, OutputName);
      }
      case 'Fn::ToJsonString':
        return JSON.stringify(this.inner(argument));
      case 'Fn::Base64':
        return Buffer.from(String(this.inner(argument))).toString('base64');
      case 'Condition':
      case 'Fn::Equals':
      case 'Fn::And':
      case 'Fn::Or':
      case 'Fn::Not':
        return this.isTrue({ [name]: argument });
      default:
        throw new Error(`${name} is not simulated`);
    }
  }

  private isTrue(condition: any): boolean {
    const [[name, argument]] = Object.entries<any>(condition);
    switch (name) {
      case 'Condition':
        return this.condition(argument);
      case 'Fn::Equals': {
        const [left, right] = argument.map((side: unknown) => this.inner(side));
        return String(left) === String(right);
      }
      case 'Fn::And':
        return argument.every((part: unknown) => this.isTrue(part));
      case 'Fn::Or':
        return argument.some((part: unknown) => this.isTrue(part));
      case 'Fn::Not':
        return !this.isTrue(argument[0]);
      default:
        throw new Error(`${name} is no condition`);
    }
  }

  private ref(name: string): unknown {
    const { stackName, stackId, parameters, ref } = this.surroundings;
    const pseudo: Record<string, unknown> = {
      'AWS::Partition': 'aws',
      'AWS::Region': REGION,
      'AWS::AccountId': ACCOUNT,
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stackName,
      'AWS::StackId': stackId,
      'AWS::NoValue': NO_VALUE,
    };
    if (name in pseudo) {
      return pseudo[name];
    }
    if (name in (this.template.Parameters ?? {})) {
      return this.defined(`parameter ${name}`, parameters[name] ?? this.template.Parameters![name].Default);
    }
    return this.defined(name, ref(name));
  }

  private defined<T>(what: string, value: T | undefined): T {
    if (value === undefined) {
      throw new Error(`unresolved: ${what}`);
    }
    return value;
  }
}
