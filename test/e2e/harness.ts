import * as fs from 'fs';
import * as path from 'path';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { App } from './app';
import { AwsEndpoint } from './aws/aws-endpoint';
import { CallLog } from './aws/call-log';
import { Eks } from './aws/eks';
import { Faults } from './aws/faults';
import { Gateway } from './aws/gateway';
import { Iam } from './aws/iam';
import { Moto } from './aws/moto';
import { MotoFacts } from './aws/moto-facts';
import { PodIdentityAgent } from './aws/pod-identity-agent';
import { verifyToken } from './aws/web-identity';
import { kubectlLayer } from './build/kubectl-layer';
import { Providers } from './cloudformation/providers';
import { Responses } from './cloudformation/responses';
import { Stack } from './cloudformation/stack';
import { KubernetesApi } from './kubernetes/api';
import { Authenticator } from './kubernetes/authenticator';
import { Charts, CHARTS } from './kubernetes/charts';
import { ControlPlane } from './kubernetes/control-plane';
import { Kubelet } from './kubernetes/kubelet';
import { NodeGroups } from './kubernetes/node-groups';
import { ServiceProxy } from './kubernetes/service-proxy';
import { Functions } from './lambda/functions';
import { run } from './processes';
import { REGION, STATE } from './settings';

/** Ends what was started, in reverse. */
type Stop = () => Promise<unknown>;

/**
 * An AWS account and a cluster, empty: where apps are deployed to.
 */
export class Harness {
  public static async start(): Promise<Harness> {
    fs.mkdirSync(STATE, { recursive: true });
    // What failed cases left is there for a look until the next run.
    fs.readdirSync(STATE).filter((name) => name !== 'failed').forEach((name) => fs.rmSync(path.join(STATE, name), { recursive: true, force: true }));
    const harness = new Harness(await kubectlLayer());
    try {
      await harness.startAll();
      return harness;
    } catch (error) {
      await harness.stop();
      throw error;
    }
  }

  /** Roles, policies and credentials. */
  public readonly iam = new Iam();
  /** Clusters, access entries, Pod Identity associations. */
  public readonly eks = new Eks();
  /** Every call to AWS. */
  public readonly calls = new CallLog();
  /** Errors in place of AWS's answers. */
  public readonly faults = new Faults();
  /** AWS itself, without policies and faults: `aws.ec2` and `aws.elb` are clients of the SDK. */
  public aws!: Moto;
  /** The API server, as administrator. */
  public kubernetes!: KubernetesApi;
  public nodes!: NodeGroups;
  /** Types of resources that only AWS can make. */
  public providers!: Providers;

  private readonly stacks = new Map<string, Stack>();
  private readonly stopping: Stop[] = [];
  private adminKubeconfig!: string;

  private constructor(private readonly layer: string) {}

  /** An app to deploy. Different apps share the account and the cluster. */
  public app(file: string): App {
    return new App(file, (name) => this.newStack(name));
  }

  /** Clients of AWS with the rights of a role: what the controller could do, if it wanted. */
  public as(roleArn: string): { readonly ec2: EC2Client; readonly elb: ElasticLoadBalancingV2Client } {
    const settings = {
      endpoint: Gateway.url, region: REGION, credentials: { accessKeyId: this.iam.issueCredentials(roleArn), secretAccessKey: 'x', sessionToken: 'x' },
    };
    return { ec2: new EC2Client(settings), elb: new ElasticLoadBalancingV2Client(settings) };
  }

  /** Program of the kubectl layer. */
  public get kubectlProgram(): string {
    return path.join(this.layer, 'kubectl', 'kubectl');
  }

  /** kubectl as administrator; what it prints. */
  public async kubectl(args: string[], input?: string): Promise<string> {
    return run(this.kubectlProgram, ['--kubeconfig', this.adminKubeconfig, ...args], {
      input, env: { HOME: STATE, PATH: process.env.PATH },
    });
  }

  /**
   * Deletes namespaces, one after the other: of Ingresses that go at one moment the controller takes each for a user of the security
   * group that they share, and leaves it.
   */
  public async deleteNamespaces(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.kubectl(['delete', 'namespace', name]);
    }
  }

  /** `kubectl apply`, as a user does it beside the stack. */
  public async apply(...objects: object[]): Promise<void> {
    await this.kubectl(['apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n'));
  }

  /** Installs the chart as something else than the library does: by the outputs `ChartVersion` and `ChartValues` of a stack. */
  public async installChart(release: string, { ChartVersion, ChartValues }: Record<string, unknown>): Promise<void> {
    const values = path.join(STATE, `${release}-values.json`);
    fs.writeFileSync(values, String(ChartValues));
    await this.helm(['upgrade', '--install', release, path.join(CHARTS, `aws-load-balancer-controller-${ChartVersion}.tgz`), '--namespace', 'kube-system', '--wait',
      '--values', values]);
  }

  /** helm as administrator, with the chart repository of the harness; what it prints. */
  public async helm(args: string[]): Promise<string> {
    return run(path.join(this.layer, 'helm', 'helm'), ['--kubeconfig', this.adminKubeconfig, ...args], {
      env: { HOME: STATE, PATH: process.env.PATH },
    });
  }

  public async stop(): Promise<void> {
    for (const stop of this.stopping.splice(0).reverse()) {
      await stop().catch((error) => console.error(error));
    }
  }

  private newStack(name: string): Stack {
    const stack = new Stack({
      name,
      providerOf: (type) => this.providers.of(type),
      stackOf: (other) => [...this.stacks.values()].find((candidate) => candidate.name === other && candidate.isThere),
      importValue: (exported) => [...this.stacks.values()].filter(({ isThere }) => isThere)
        .map((candidate) => candidate.exports[exported]).find((value) => value !== undefined),
    });
    this.stacks.set(stack.id, stack);
    return stack;
  }

  private async startAll(): Promise<void> {
    const { iam, eks, calls, faults } = this;
    this.aws = await Moto.start();
    this.stopping.push(() => this.aws.stop());
    const facts = new MotoFacts(this.aws);
    const directory = path.join(STATE, 'cluster');
    const verify = (token: string) => verifyToken(token, path.join(directory, 'certificates', 'service-accounts.pub'));

    const endpoint = new AwsEndpoint({ iam, facts, calls, faults, verifyToken: verify, stackStatus: (id) => this.stacks.get(id)?.status });
    const functions = new Functions(iam, this.layer);
    const responses = new Responses();
    const authenticator = new Authenticator(iam, eks, endpoint);
    const charts = new Charts();
    await charts.prepare(path.join(this.layer, 'helm', 'helm'));

    const gateway = new Gateway();
    const agent = new PodIdentityAgent(iam, eks, calls, verify);
    const authority = path.join(directory, 'certificates', 'authority.crt');
    gateway.route(Responses.path, (request) => responses.receive(request));
    gateway.route(Authenticator.kubeconfigPath, (request) => authenticator.kubeconfig(request, authority));
    gateway.route(Authenticator.reviewPath, (request) => authenticator.review(request));
    gateway.route(Charts.path, (request) => charts.answer(request));
    gateway.route(Functions.path, (request) => functions.answer(request, endpoint));
    gateway.route(PodIdentityAgent.path, (request) => agent.answer(request));
    gateway.route('/', (request) => endpoint.answer(request));
    await gateway.start();
    this.stopping.push(() => gateway.stop());

    const plane = await ControlPlane.start(directory, Authenticator.reviewUrl);
    this.stopping.push(() => plane.stop());
    this.kubernetes = plane.api;
    this.adminKubeconfig = plane.adminKubeconfig;
    const kubelet = new Kubelet(plane.api, eks, authority);
    kubelet.start();
    this.stopping.push(() => kubelet.stop());
    const serviceProxy = new ServiceProxy(plane.api, kubelet);
    serviceProxy.start();
    this.stopping.push(() => serviceProxy.stop());
    this.nodes = new NodeGroups(this.aws, kubelet);
    this.providers = new Providers({
      iam, eks, facts, functions, responses, moto: this.aws, nodes: this.nodes, newStack: (name) => this.newStack(name),
    });
  }
}
