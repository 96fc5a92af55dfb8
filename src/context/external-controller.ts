import type { EksAlbIngressSupportProps } from './eks-alb-ingress-support-props';
import { checkRelease } from './installed-controller';
import type { ControllerStrategy, DefinedController, SupportContext } from './support-context';
import { keepController } from '../cleanup/controller-removal';
import { renderExternalValues, TAKE_OVER } from '../controller/installation';
import { ControllerPermissions } from '../iam/controller-permissions';
import { ControllerVersion } from '../release/controller-version';
import { loadBalancerController, ServingController } from '../release/serving-controller';
import { invalidProp, warn } from '../util/messages';

/** Props that only an installation by this app can apply, with what to do instead. */
const INSTALLATION_PROPS: { readonly [prop in keyof EksAlbIngressSupportProps]?: string } = {
  source: 'name the chart where it is installed',
  atomic: 'set it where the chart is installed',
  installTimeout: 'set it where the chart is installed',
  upgradeCrds: 'upgrade the definitions with the chart: Argo CD does, Flux does with crds: CreateReplace',
  takeOver: 'leave out installController in the deployment that takes over',
  autoDeleteLoadBalancers: 'delete the Ingresses before the controller: docs/gitops.md',
  serviceAccountLabels: 'the ServiceAccount comes from the chart: set additionalLabels in values',
};

/** A release of the AWS Load Balancer Controller that something else installs, for example Argo CD: this app has its role, tags and values. */
export class ExternalController implements ControllerStrategy {
  public readonly servedBy: ServingController;
  public readonly installs = false;

  constructor(public readonly controllerVersion: ControllerVersion) {
    this.servedBy = loadBalancerController(controllerVersion);
  }

  public checkProps(context: SupportContext): void {
    for (const [prop, remedy] of Object.entries(INSTALLATION_PROPS)) {
      const value = context.props[prop as keyof EksAlbIngressSupportProps];
      if (value !== undefined && value !== false) {
        throw invalidProp(prop, 'must be left out with installController: false, since this app installs nothing', value, remedy);
      }
    }
    if (context.gatewayApi?._isManaged) {
      throw invalidProp('gatewayApi', 'must not be managed with installController: false, since this app installs nothing', 'GatewayApi.managed()',
        'install the definitions with the chart, and use GatewayApi.external()');
    }
    checkRelease(context);
  }

  public define(context: SupportContext): DefinedController {
    const { support, identity, controllerNamespace, serviceAccountName, serviceAccountAnnotations } = context;
    const { role, annotations, podAnnotations } = identity._bind(support, context);
    const permissions = new ControllerPermissions(support, role, context);
    keepController(support, context, TAKE_OVER);
    return {
      role,
      apiClients: [],
      features: context,
      permitWebAclNames: () => permissions.permitWebAclNames(),
      chartValues: renderExternalValues(support, { ...context, podAnnotations }, { ...serviceAccountAnnotations, ...annotations }),
      gitOpsMetadata: {
        aws_load_balancer_controller_iam_role_arn: role.roleArn,
        aws_load_balancer_controller_namespace: controllerNamespace,
        aws_load_balancer_controller_service_account: serviceAccountName,
        ...clusterMetadata(context),
      },
      onWorkload: () => warn(support, 'controllerInstalledElsewhere', 'Ingresses and target group bindings of this app cannot depend on a controller that it does '
        + 'not install: they may be deployed before it, and deleted after it, which leaves load balancers behind; add a dependency on the construct that installs '
        + 'it, such as ingress.node.addDependency(application)'),
    };
  }
}

function clusterMetadata({ target, vpc }: SupportContext): { [key: string]: string } {
  const { region, account } = target.stack;
  return { aws_cluster_name: target.name, aws_region: region, aws_account_id: account, aws_vpc_id: vpc.vpcId };
}
