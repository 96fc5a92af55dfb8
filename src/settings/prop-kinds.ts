import { RemovalPolicy } from 'aws-cdk-lib';
import type { EksAlbIngressSupportProps } from './eks-alb-ingress-support-props';
import { RESOURCES, SUBNET_SELECTION, TOLERATION, TOPOLOGY_SPREAD } from './struct-kinds';
import { requireCluster, requireVpc } from '../cluster/required-constructs';
import { ControllerLogLevel, WebhookCertificate } from '../controller/controller-options';
import { ControllerPolicyScope } from '../iam/controller-policy';
import { INGRESS_CLASS } from '../ingress/ingress-class-kinds';
import { IngressTargetType, LoadBalancerScheme } from '../ingress/ingress-class-options';
import { KubernetesClusterTag, SubnetTagging } from '../network/network-tags';
import {
  boolean, choice, duration, Fields, instance, jsonMap, Kind, like, list, map, number, securityGroup, setting, text, textOf,
} from '../util/kinds';

const cluster: Kind = { type: 'ICluster | ICluster', check: (_, value) => requireCluster(value) };
const vpc: Kind = { type: 'IVpc', check: (_, value) => requireVpc(value) };
const statement = like('PolicyStatement', ['toStatementJson'], 'use new iam.PolicyStatement()');
const zone = like('IHostedZone', ['hostedZoneId', 'hostedZoneArn'], 'pass the HostedZone itself, or what HostedZone.fromHostedZoneAttributes() gives');

/** What each prop may hold. */
export const PROP_KINDS: Fields<EksAlbIngressSupportProps> = {
  cluster,
  vpc,

  internetFacingSubnets: SUBNET_SELECTION,
  internalSubnets: SUBNET_SELECTION,
  subnetTagging: choice('SubnetTagging', SubnetTagging),
  subnetClusterTag: setting('KubernetesClusterTag', KubernetesClusterTag),
  workerSecurityGroup: securityGroup,
  workerSecurityGroupTag: setting('KubernetesClusterTag', KubernetesClusterTag),

  enableWafv2: boolean,
  enableShield: boolean,
  policyScope: choice('ControllerPolicyScope', ControllerPolicyScope),
  enableCognito: boolean,
  enableGlobalAccelerator: boolean,
  enableAcmCertificateManagement: boolean,
  certificateHostedZones: list(zone),
  targetGroupBindingOnly: boolean,
  targetGroupBindingRoleArns: list(text),
  additionalPolicyStatements: list(statement),

  ingressClass: INGRESS_CLASS,

  source: instance('ControllerSource', 'use ControllerSource.fromRepository(), fromOci(), fromAsset() or fromManifestFile()'),
  image: instance('ControllerImage', 'use ControllerImage.fromRegistry(), fromEcrRepository(), eksRegistry() or publicEcr()'),
  replicas: number,
  maxUnavailableReplicas: number,
  resources: RESOURCES,
  nodeSelector: map(text),
  tolerations: list(TOLERATION),
  topologySpreadConstraints: list(TOPOLOGY_SPREAD),
  logLevel: setting('ControllerLogLevel', ControllerLogLevel),
  defaultTags: map(text),
  defaultTargetType: setting('IngressTargetType', IngressTargetType),
  defaultSslPolicy: textOf('SslPolicy', /^ELBSecurityPolicy-/, 'use a constant of elbv2.SslPolicy, such as SslPolicy.RECOMMENDED_TLS'),
  defaultScheme: setting('LoadBalancerScheme', LoadBalancerScheme),
  featureGates: map(boolean, 'gate'),
  watchNamespace: text,
  webhookCertificate: choice('WebhookCertificate', WebhookCertificate),
  enableServiceMutatorWebhook: boolean,
  values: jsonMap,
  releaseName: text,
  installTimeout: duration,
  atomic: boolean,
  removalPolicy: choice('RemovalPolicy', RemovalPolicy),

  controllerVersion: instance('ControllerVersion', 'use a constant of it, such as ControllerVersion.V3_5_0, or ControllerVersion.of()'),
  upgradeCrds: boolean,
  identity: instance('ControllerIdentity', 'use ControllerIdentity.irsa() or ControllerIdentity.podIdentity()'),
  controllerNamespace: text,
  serviceAccountName: text,
  serviceAccountLabels: map(text),
  serviceAccountAnnotations: map(text),
  takeOver: boolean,
  installController: boolean,
  autoModeGatewayApi: boolean,
  autoDeleteLoadBalancers: boolean,
};
