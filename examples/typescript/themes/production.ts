/**
 * Production: one load balancer open to the internet, with HTTPS, DNS, AWS WAF, access logs and a login, and an internal one beside it.
 */
import * as cdk from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { EksAlbIngressSupport, IngressAuth, IngressTargetType, IngressWebAcl, LoadBalancerScheme } from 'cdk-eks-alb-ingress-support';
import { newCluster } from './cluster';

const DOMAIN = 'example.com';

const app = new cdk.App();
// Access logs need the region: AWS writes them with an account of its own in each.
const stack = new cdk.Stack(app, 'Production', { env: { account: '111122223333', region: 'eu-west-1' } });
const { cluster, vpc } = newCluster(stack);

const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { zoneName: DOMAIN, hostedZoneId: 'Z0123456789ABCDEFGHIJ' });
const certificate = new acm.Certificate(stack, 'Certificate', {
  domainName: DOMAIN,
  subjectAlternativeNames: [`*.${DOMAIN}`],
  validation: acm.CertificateValidation.fromDns(zone),
});
const webAcl = new wafv2.CfnWebACL(stack, 'WebAcl', {
  scope: 'REGIONAL',
  defaultAction: { allow: {} },
  visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: 'web', sampledRequestsEnabled: true },
  rules: [{
    name: 'common',
    priority: 0,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: 'AWSManagedRulesCommonRuleSet' } },
    visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: 'common', sampledRequestsEnabled: true },
  }],
});
const logs = new s3.Bucket(stack, 'Logs', { lifecycleRules: [{ expiration: cdk.Duration.days(90) }] });

// Who may sign in to the page of the team. The callback is the path that an ALB answers itself.
const userPool = new cognito.UserPool(stack, 'Users');
const userPoolClient = userPool.addClient('Web', {
  generateSecret: true,
  oAuth: {
    flows: { authorizationCodeGrant: true },
    scopes: [cognito.OAuthScope.OPENID],
    callbackUrls: [`https://team.${DOMAIN}/oauth2/idpresponse`],
  },
});
const userPoolDomain = userPool.addDomain('Login', { cognitoDomain: { domainPrefix: 'example-login' } });

const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', {
  cluster,
  vpc,
  // What all internet-facing load balancers share. An Ingress cannot change what its class sets.
  ingressClass: {
    scheme: LoadBalancerScheme.INTERNET_FACING,
    targetType: IngressTargetType.IP,
    webAcl: IngressWebAcl.fromArn(webAcl.attrArn),
    loadBalancerAttributes: { 'deletion_protection.enabled': 'false', 'routing.http.drop_invalid_header_fields.enabled': 'true' },
  },
  defaultTags: { environment: 'production' },
});
const internal = albIngress.addIngressClass('Internal', { scheme: LoadBalancerScheme.INTERNAL, targetType: IngressTargetType.IP });

const namespace = cluster.addManifest('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });

// Three Ingresses of one group: one load balancer, and one price.
const shared = { namespace: 'shop', groupName: 'web', certificates: [certificate], accessLogs: { bucket: logs, prefix: 'web' }, zone };
const ingresses = [
  albIngress.addIngress('Shop', { ...shared, groupOrder: 10, rules: [{ host: `shop.${DOMAIN}`, service: 'shop', port: 80 }] }),
  albIngress.addIngress('Api', { ...shared, groupOrder: 20, rules: [{ host: `api.${DOMAIN}`, service: 'api', port: 80 }] }),
  albIngress.addIngress('Team', {
    ...shared,
    groupOrder: 30,
    auth: IngressAuth.cognito({ userPool, userPoolClient, userPoolDomain }),
    rules: [{ host: `team.${DOMAIN}`, service: 'team', port: 80 }],
  }),
  internal.addIngress('Admin', { namespace: 'shop', rules: [{ service: 'admin', port: 80 }] }),
];
ingresses.forEach((ingress) => ingress.node.addDependency(namespace));
