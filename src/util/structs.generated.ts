// Written by "npx projen generate" from the interfaces. Do not edit.
/* eslint-disable */

/** The fields of each struct by type: "!T" is required, "{T}" a map, "..." names the structs it extends. */
export const STRUCTS: { readonly [name: string]: { readonly [field: string]: string } } = {
  ControllerFeatures: {"enableWafv2":"boolean","enableShield":"boolean"},
  ControllerIdentityOptions: {"...":"ControllerRoleOptions","role":"IRole"},
  ControllerImageOptions: {"tag":"string","digest":"string","pullSecrets":"string[]"},
  ControllerOptions: {"ingressClass":"IngressClassOptions","source":"ControllerSource","releaseName":"string","image":"ControllerImage","replicas":"number","maxUnavailableReplicas":"number","resources":"ControllerResources","nodeSelector":"{string}","tolerations":"ControllerToleration[]","topologySpreadConstraints":"ControllerTopologySpread[]","logLevel":"ControllerLogLevel","defaultTags":"{string}","defaultTargetType":"IngressTargetType","defaultSslPolicy":"SslPolicy","defaultScheme":"LoadBalancerScheme","featureGates":"{boolean}","watchNamespace":"string","webhookCertificate":"WebhookCertificate","enableServiceMutatorWebhook":"boolean","values":"json","installTimeout":"Duration","atomic":"boolean","removalPolicy":"RemovalPolicy"},
  ControllerPolicyOptions: {"...":"ControllerFeatures","policyScope":"ControllerPolicyScope","enableCognito":"boolean","enableGlobalAccelerator":"boolean","enableAcmCertificateManagement":"boolean","certificateHostedZones":"IHostedZone[]","targetGroupBindingOnly":"boolean","targetGroupArns":"string[]","targetGroupBindingRoleArns":"string[]","additionalPolicyStatements":"PolicyStatement[]"},
  ControllerResources: {"cpuRequest":"string","cpuLimit":"string","memoryRequest":"Size","memoryLimit":"Size"},
  ControllerRoleOptions: {"roleName":"string","path":"string","description":"string","permissionsBoundary":"IManagedPolicy","maxSessionDuration":"Duration","additionalTrustStatements":"PolicyStatement[]"},
  ControllerToleration: {"key":"string","value":"string","effect":"ControllerTaintEffect","tolerationTime":"Duration"},
  ControllerTopologySpread: {"topologyKey":"!string","maxSkew":"number","whenUnsatisfiable":"ControllerSpreadRule","minDomains":"number"},
  EksAlbIngressSupportProps: {"...":"IngressCluster NetworkTagsOptions ControllerPolicyOptions ControllerOptions","controllerVersion":"ControllerVersion","upgradeCrds":"boolean","identity":"ControllerIdentity","controllerNamespace":"string","serviceAccountName":"string","serviceAccountLabels":"{string}","serviceAccountAnnotations":"{string}","takeOver":"boolean","installController":"boolean","autoMode":"boolean","gatewayApi":"GatewayApi","autoDeleteLoadBalancers":"boolean"},
  FixedResponseOptions: {"contentType":"string","messageBody":"string"},
  GatewayClassOptions: {"gatewayClassName":"string","scheme":"LoadBalancerScheme","ipAddressType":"IpAddressType","subnets":"ISubnet[]","securityGroups":"ISecurityGroup[]","inboundCidrs":"string[]","certificates":"ICertificate[]","sslPolicy":"SslPolicy","targetType":"IngressTargetType","webAcl":"IngressWebAcl","shieldAdvancedProtection":"boolean","minimumCapacityUnits":"number","loadBalancerAttributes":"{string}","tags":"{string}"},
  HealthCheck: {"enabled":"boolean","interval":"Duration","path":"string","port":"string","protocol":"Protocol","timeout":"Duration","healthyThresholdCount":"number","unhealthyThresholdCount":"number","healthyGrpcCodes":"string","healthyHttpCodes":"string"},
  IngressAuthOptions: {"onUnauthenticatedRequest":"UnauthenticatedAction","scope":"string","sessionCookieName":"string","sessionTimeout":"Duration","authenticationRequestExtraParams":"{string}"},
  IngressClassOptions: {"ingressClassName":"string","create":"boolean","isDefault":"boolean","groupName":"string","scheme":"LoadBalancerScheme","ipAddressType":"IpAddressType","subnets":"ISubnet[]","subnetTags":"{string[]}","inboundCidrs":"string[]","prefixListIds":"string[]","certificates":"ICertificate[]","sslPolicy":"SslPolicy","sslRedirectPort":"number","targetType":"IngressTargetType","tags":"{string}","loadBalancerAttributes":"{string}","listeners":"IngressListener[]","loadBalancerName":"string","webAcl":"IngressWebAcl","minimumCapacityUnits":"number","ipv4IpamPoolId":"string","namespaceSelector":"IngressLabelSelector"},
  IngressCluster: {"cluster":"!ICluster","vpc":"!IVpc"},
  IngressCognitoOptions: {"...":"IngressAuthOptions","userPool":"!IUserPool","userPoolClient":"!IUserPoolClient","userPoolDomain":"!IUserPoolDomain"},
  IngressForwardOptions: {"stickinessDuration":"Duration"},
  IngressHealthCheck: {"path":"string","port":"string","protocol":"Protocol","interval":"Duration","timeout":"Duration","healthyThresholdCount":"number","unhealthyThresholdCount":"number","successCodes":"string"},
  IngressLabelRequirement: {"key":"!string","operator":"!IngressLabelOperator","values":"string[]"},
  IngressLabelSelector: {"matchLabels":"{string}","matchExpressions":"IngressLabelRequirement[]"},
  IngressListener: {"protocol":"!ApplicationProtocol","port":"!number","attributes":"{string}"},
  IngressLoadBalancerOptions: {"groupName":"string","groupOrder":"number","scheme":"LoadBalancerScheme","ipAddressType":"IpAddressType","loadBalancerName":"string","subnets":"ISubnet[]","securityGroups":"ISecurityGroup[]","manageNodeRules":"boolean","inboundCidrs":"string[]","prefixListIds":"string[]","loadBalancerAttributes":"{string}","accessLogs":"IngressLogs","connectionLogs":"IngressLogs","webAcl":"IngressWebAcl","shieldAdvancedProtection":"boolean","tags":"{string}","minimumCapacityUnits":"number","ipv4IpamPoolId":"string"},
  IngressLogs: {"bucket":"!IBucket","prefix":"string"},
  IngressOidcOptions: {"...":"IngressAuthOptions","issuer":"!string","authorizationEndpoint":"!string","tokenEndpoint":"!string","userInfoEndpoint":"!string","secretName":"!string"},
  IngressOptions: {"...":"IngressLoadBalancerOptions","namespace":"string","ingressName":"string","rules":"IngressRule[]","defaultRule":"IngressRule","listeners":"IngressListener[]","certificates":"ICertificate[]","discoverCertificates":"boolean","sslPolicy":"SslPolicy","redirectHttp":"boolean","targetType":"IngressTargetType","backendProtocol":"ApplicationProtocol","backendProtocolVersion":"ApplicationProtocolVersion","healthCheck":"IngressHealthCheck","targetGroupAttributes":"{string}","targetNodeLabels":"{string}","auth":"IngressAuth","zone":"IHostedZone","annotations":"{string}","labels":"{string}"},
  IngressProps: {"...":"IngressOptions","ingressClass":"!IngressClass"},
  IngressRule: {"host":"string","path":"string","pathType":"IngressPathType","service":"string","port":"number","portName":"string","action":"IngressAction","rewrite":"IngressRewrite","conditions":"ListenerCondition[]"},
  IngressWeightedTarget: {"weight":"!number","service":"string","port":"number","targetGroup":"ITargetGroup"},
  IrsaOptions: {"...":"ControllerIdentityOptions","openIdConnectProvider":"IOpenIdConnectProvider"},
  ManagedGatewayApiOptions: {"definitions":"string"},
  NetworkTagsOptions: {"internetFacingSubnets":"SubnetSelection","internalSubnets":"SubnetSelection","subnetTagging":"SubnetTagging","subnetClusterTag":"KubernetesClusterTag","workerSecurityGroup":"ISecurityGroup","workerSecurityGroupTag":"KubernetesClusterTag"},
  PodIdentityOptions: {"...":"ControllerIdentityOptions","agent":"PodIdentityAgent"},
  RedirectOptions: {"host":"string","path":"string","port":"string","protocol":"string","query":"string","permanent":"boolean"},
  SubnetSelection: {"subnetType":"SubnetType","availabilityZones":"string[]","subnetGroupName":"string","onePerAz":"boolean","subnetFilters":"SubnetFilter[]","subnets":"ISubnet[]"},
  TargetGroupBindingOptions: {"service":"!string","namespace":"!string","port":"!number","targetPort":"number","targetGroup":"ITargetGroup","protocol":"Protocol","protocolVersion":"ApplicationProtocolVersion","targetType":"IngressTargetType","ipAddressType":"TargetGroupIpAddressType","healthCheck":"HealthCheck","deregistrationDelay":"Duration","vpc":"IVpc","nodeSelector":"IngressLabelSelector","multiCluster":"boolean","securityGroups":"ISecurityGroup[]","scope":"Construct"},
};

/** The members of each enum. */
export const ENUMS: { readonly [name: string]: { readonly [member: string]: string } } = {
  ControllerLogLevel: {"INFO":"info","DEBUG":"debug"},
  ControllerPolicyScope: {"CLUSTER":"CLUSTER","UPSTREAM":"UPSTREAM"},
  ControllerSpreadRule: {"SCHEDULE_ANYWAY":"ScheduleAnyway","DO_NOT_SCHEDULE":"DoNotSchedule"},
  ControllerTaintEffect: {"NO_SCHEDULE":"NoSchedule","PREFER_NO_SCHEDULE":"PreferNoSchedule","NO_EXECUTE":"NoExecute"},
  IngressLabelOperator: {"IN":"In","NOT_IN":"NotIn","EXISTS":"Exists","DOES_NOT_EXIST":"DoesNotExist"},
  IngressPathType: {"EXACT":"Exact","PREFIX":"Prefix","IMPLEMENTATION_SPECIFIC":"ImplementationSpecific","REGEX":"Regex"},
  IngressTargetType: {"INSTANCE":"instance","IP":"ip"},
  KubernetesClusterTag: {"OWNED":"owned","SHARED":"shared"},
  LoadBalancerScheme: {"INTERNAL":"internal","INTERNET_FACING":"internet-facing"},
  RemovalPolicy: {"DESTROY":"destroy","RETAIN":"retain","SNAPSHOT":"snapshot","RETAIN_ON_UPDATE_OR_DELETE":"retain-on-update-or-delete"},
  SubnetTagging: {"ALL":"all","OWNED_ONLY":"owned-only","NONE":"none"},
  SubnetType: {"PRIVATE_ISOLATED":"Isolated","PRIVATE_WITH_EGRESS":"Private","PRIVATE_WITH_NAT":"Deprecated_Private_NAT","PUBLIC":"Public"},
  WebhookCertificate: {"HELM":"helm","CERT_MANAGER":"cert-manager"},
};

/** The factories of each class. */
export const CLASSES: { readonly [name: string]: readonly string[] } = {
  ControllerIdentity: ["irsa","podIdentity"],
  ControllerImage: ["publicEcr","eksRegistry","fromRegistry","fromEcrRepository"],
  ControllerSource: ["fromRepository","fromOci","fromAsset","fromManifestFile"],
  ControllerVersion: ["of"],
  GatewayApi: ["managed","external"],
  IngressAction: ["fixedResponse","redirect","weightedForward"],
  IngressAuth: ["cognito","oidc"],
  IngressClass: [],
  IngressRewrite: ["stripPrefix","path","hostHeader"],
  IngressWebAcl: ["fromArn","fromName","none"],
  PodIdentityAgent: ["managed","pinned","alreadyInstalled"],
};

/** Structs of the CDK, to which a later release may add fields. */
export const CDK_STRUCTS: readonly string[] = ["FixedResponseOptions","HealthCheck","RedirectOptions","SubnetSelection"];
