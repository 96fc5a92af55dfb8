import type { ControllerStrategy, DefinedController, SupportContext } from './support-context';
import { keepController } from '../cleanup/controller-removal';
import { requireKubernetesVersion, requireRemovalGuard } from '../cluster/cluster-requirements';
import { installController, TAKE_OVER } from '../controller/installation';
import { ControllerPermissions } from '../iam/controller-permissions';
import { defineServiceAccount } from '../iam/service-account';
import { ControllerVersion } from '../release/controller-version';
import { loadBalancerController, ServingController } from '../release/serving-controller';
import { invalidProp, warn } from '../util/messages';

/** A release of the AWS Load Balancer Controller that this app installs. */
export class InstalledController implements ControllerStrategy {
  public readonly servedBy: ServingController;
  public readonly installs = true;

  constructor(public readonly controllerVersion: ControllerVersion) {
    this.servedBy = loadBalancerController(controllerVersion);
  }

  public checkProps(context: SupportContext): void {
    const { target, takeOver, ingressClass } = context;
    if ((context.autoMode ?? target.isAutoMode) && (ingressClass?.ingressClassName ?? 'alb') === 'alb') {
      throw invalidProp('ingressClass.ingressClassName', 'must be set with EKS Auto Mode, to another name than the class of its own load balancing', 'alb',
        'try "alb-controller"');
    }
    if (takeOver) requireRemovalGuard(target);
    context.gatewayApi?._check(context.version);
    checkRelease(context);
  }

  /** Role, permissions, ServiceAccount, controller: each is deployed after the one before. */
  public define(context: SupportContext): DefinedController {
    const { support, identity, takeOver } = context;
    const { role, annotations, podAnnotations, prerequisites } = identity._bind(support, context);
    const permissions = new ControllerPermissions(support, role, context);
    const serviceAccount = defineServiceAccount(support, 'ServiceAccount', context, annotations);
    const { controller, definitions } = installController(support, { ...context, serviceAccount, podAnnotations });
    controller.node.addDependency(...prerequisites, permissions, serviceAccount);
    if (takeOver) {
      // Pods of the controller that is taken over may get the role from here on: it must have its permissions.
      serviceAccount.node.addDependency(...prerequisites, permissions);
    }
    keepController(support, context, TAKE_OVER);
    return {
      role,
      controller,
      apiClients: [serviceAccount, controller, ...definitions],
      features: context,
      upgradesDefinitions: definitions.length > 0 || context.upgradeCrds || context.gatewayApi?._isManaged,
      permitWebAclNames: () => permissions.permitWebAclNames(),
    };
  }
}

/** Checks the release against the cluster and against what this library knows. */
export function checkRelease({ support, target, version }: SupportContext): void {
  requireKubernetesVersion(target, version._minimumKubernetesVersion, version.releaseTag);
  if (version._isNewerThanKnown) {
    warn(support, 'controllerNewerThanKnown', `controller ${version.releaseTag} is newer than this library: `
      + `it gets the IAM policy of ${ControllerVersion._latest.releaseTag}, and its chart's values are not checked`);
  }
  if (version._isMissingAmongKnown) {
    warn(support, 'releaseNotPublished', `there was no controller ${version.releaseTag} with chart ${version.chartVersion} when this library was released, `
      + 'though there were later ones: if it was not published since, the deployment fails; see the constants of ControllerVersion');
  }
}
