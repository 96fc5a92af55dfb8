export { EksAlbIngressSupport } from './eks-alb-ingress-support';
export type { EksAlbIngressSupportProps } from './eks-alb-ingress-support';

export { ControllerVersion } from './controller-version';
export type { ControllerFeatures } from './controller-features';

export { PolicyScope } from './controller-policy';
export type { ControllerPolicyOptions } from './controller-policy';

export { ControllerIdentity, PodIdentityAgent } from './controller-identity';
export type { ControllerRoleOptions, IrsaOptions, PodIdentityOptions } from './controller-identity';

export { ControllerChartSource } from './controller-chart';
export { ControllerImage } from './controller-image';
export type { ControllerImageOptions } from './controller-image';
export { ControllerManifest } from './controller-manifest';
export { ControllerLogLevel } from './controller-options';
export type { ControllerOptions, ControllerResources } from './controller-options';

export { IngressTargetType, LabelOperator, LoadBalancerScheme } from './ingress-class';
export type { IngressClassOptions, IngressClassParams, IngressListener, LabelRequirement, LabelSelector } from './ingress-class';

export { ClusterTag, SubnetTagging } from './network-tags';
export type { NetworkTagsOptions } from './network-tags';
