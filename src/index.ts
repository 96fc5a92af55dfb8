export { EksAlbIngressSupport } from './eks-alb-ingress-support';
export type { EksAlbIngressSupportProps } from './eks-alb-ingress-support';

export { ControllerVersion } from './release/controller-version';
export type { ControllerFeatures } from './release/controller-features';

export { PolicyScope } from './iam/controller-policy';
export type { ControllerPolicyOptions } from './iam/controller-policy';

export { ControllerIdentity, PodIdentityAgent } from './iam/controller-identity';
export type { PodIdentityOptions } from './iam/controller-identity';
export type { ControllerRoleOptions, IrsaOptions } from './iam/controller-role-options';

export { ControllerChartSource } from './controller/controller-chart';
export { ControllerImage } from './controller/controller-image';
export type { ControllerImageOptions } from './controller/controller-image';
export { ControllerManifest } from './controller/controller-manifest';
export { ControllerLogLevel } from './controller/controller-options';
export type { ControllerOptions, ControllerResources } from './controller/controller-options';

export { IngressTargetType, LabelOperator, LoadBalancerScheme } from './ingress-class/ingress-class';
export type { IngressClassOptions, IngressClassParams, IngressListener, LabelRequirement, LabelSelector } from './ingress-class/ingress-class';

export { ClusterTag, SubnetTagging } from './network/network-tags';
export type { NetworkTagsOptions } from './network/network-tags';
