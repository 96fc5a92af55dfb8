export { EksAlbIngressSupport } from './eks-alb-ingress-support';
export type { EksAlbIngressSupportProps } from './context/eks-alb-ingress-support-props';

export type { IngressCluster } from './cluster/ingress-cluster';

export { ControllerVersion } from './release/controller-version';
export type { ControllerFeatures } from './release/controller-features';

export { ControllerPolicyScope } from './iam/controller-policy';
export type { ControllerPolicyOptions } from './iam/controller-policy';

export { ControllerIdentity, PodIdentityAgent } from './iam/controller-identity';
export type { PodIdentityOptions } from './iam/controller-identity';
export type { ControllerIdentityOptions, ControllerRoleOptions, IrsaOptions } from './iam/controller-role-options';

export { ControllerSource } from './controller/controller-source';
export { ControllerImage } from './controller/controller-image';
export type { ControllerImageOptions } from './controller/controller-image';
export { ControllerLogLevel, WebhookCertificate } from './controller/controller-options';
export type { ControllerOptions, ControllerResources } from './controller/controller-options';
export { ControllerSpreadRule, ControllerTaintEffect } from './controller/scheduling';
export type { ControllerToleration, ControllerTopologySpread } from './controller/scheduling';

export { GatewayApi } from './gateway/gateway-api';
export type { ManagedGatewayApiOptions } from './gateway/gateway-api';

export { GatewayClass } from './ingress/gateway-class';
export type { GatewayClassOptions } from './ingress/gateway-class';

export { IngressLabelOperator, IngressTargetType, LoadBalancerScheme } from './ingress/ingress-class-options';
export type { IngressClassOptions, IngressLabelRequirement, IngressLabelSelector, IngressListener } from './ingress/ingress-class-options';
export { IngressWebAcl } from './ingress/ingress-web-acl';

export { Ingress, IngressClass } from './ingress/ingress';
export type { IngressProps } from './ingress/ingress';
export { IngressAction } from './ingress/ingress-action';
export type { IngressForwardOptions, IngressWeightedTarget } from './ingress/ingress-action';
export { IngressAuth } from './ingress/ingress-auth';
export type { IngressAuthOptions, IngressCognitoOptions, IngressOidcOptions } from './ingress/ingress-auth';
export type { IngressLoadBalancerOptions, IngressLogs } from './ingress/ingress-load-balancer-options';
export type { IngressHealthCheck, IngressOptions } from './ingress/ingress-options';
export { IngressRewrite } from './ingress/ingress-rewrite';
export { IngressPathType } from './ingress/ingress-rule';
export type { IngressRule } from './ingress/ingress-rule';

export { KubernetesClusterTag, SubnetTagging } from './network/network-tags';
export type { NetworkTagsOptions } from './network/network-tags';

export { NetworkTargetGroupBinding, TargetGroupBinding } from './target-group-binding/target-group-binding';
export type { TargetGroupBindingOptions } from './target-group-binding/target-group-binding-options';
