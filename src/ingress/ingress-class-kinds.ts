import {
  IngressClassOptions, IngressLabelOperator, IngressLabelRequirement, IngressLabelSelector, IngressListener, IngressTargetType, LoadBalancerScheme,
} from './ingress-class-options';
import { boolean, choice, instance, like, list, map, number, setting, struct, text, textOf } from '../util/kinds';

/** A subnet of whichever stack. */
export const subnet = like('ISubnet', ['subnetId', 'node'], 'pass a Subnet, or what Subnet.fromSubnetId() gives');

const keyValues = map(text);

export const LISTENER = struct<IngressListener>('IngressListener', {
  protocol: textOf('ApplicationProtocol', /^HTTPS?$/, 'use ApplicationProtocol.HTTP or ApplicationProtocol.HTTPS'),
  port: number,
  attributes: keyValues,
}, ['protocol', 'port']);

export const LABEL_REQUIREMENT = struct<IngressLabelRequirement>('IngressLabelRequirement', {
  key: text,
  operator: choice('IngressLabelOperator', IngressLabelOperator),
  values: list(text),
}, ['key', 'operator']);

export const LABEL_SELECTOR = struct<IngressLabelSelector>('IngressLabelSelector', {
  matchLabels: keyValues,
  matchExpressions: list(LABEL_REQUIREMENT),
});

export const INGRESS_CLASS = struct<IngressClassOptions>('IngressClassOptions', {
  ingressClassName: text,
  create: boolean,
  isDefault: boolean,
  groupName: text,
  scheme: setting('LoadBalancerScheme', LoadBalancerScheme),
  ipAddressType: textOf('IpAddressType', /^(ipv4$|dualstack)/, 'use a constant of elbv2.IpAddressType'),
  subnets: list(subnet),
  subnetTags: map(list(text)),
  inboundCidrs: list(text),
  prefixListIds: list(text),
  certificates: list(like('ICertificate', ['certificateArn'], 'pass the Certificate itself, or what Certificate.fromCertificateArn() gives')),
  sslPolicy: textOf('SslPolicy', /^ELBSecurityPolicy-/, 'use a constant of elbv2.SslPolicy, such as SslPolicy.RECOMMENDED_TLS'),
  sslRedirectPort: number,
  targetType: setting('IngressTargetType', IngressTargetType),
  tags: keyValues,
  loadBalancerAttributes: keyValues,
  listeners: list(LISTENER),
  loadBalancerName: text,
  webAcl: instance('IngressWebAcl', 'use IngressWebAcl.fromArn(), fromName() or none()'),
  minimumCapacityUnits: number,
  ipv4IpamPoolId: text,
  namespaceSelector: LABEL_SELECTOR,
});
