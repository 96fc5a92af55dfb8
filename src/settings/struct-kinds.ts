import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ControllerResources } from '../controller/controller-options';
import { ControllerSpreadRule, ControllerTaintEffect, ControllerToleration, ControllerTopologySpread } from '../controller/scheduling';
import {
  IngressClassOptions, IngressLabelOperator, IngressLabelRequirement, IngressLabelSelector, IngressListener, IngressTargetType, LoadBalancerScheme,
} from '../ingress-class/ingress-class-options';
import { boolean, choice, duration, instance, Kind, like, list, map, number, setting, size, struct, text, textOf } from '../util/kinds';
import { refusal } from '../util/messages';

const cpu = instance('ControllerCpu', 'try ControllerCpu.millis(100)');

export const RESOURCES = struct<ControllerResources>('ControllerResources', {
  cpuRequest: cpu,
  cpuLimit: cpu,
  memoryRequest: size,
  memoryLimit: size,
});

export const TOLERATION = struct<ControllerToleration>('ControllerToleration', {
  key: text,
  value: text,
  effect: choice('ControllerTaintEffect', ControllerTaintEffect),
  tolerationTime: duration,
});

export const TOPOLOGY_SPREAD = struct<ControllerTopologySpread>('ControllerTopologySpread', {
  topologyKey: text,
  maxSkew: number,
  whenUnsatisfiable: choice('ControllerSpreadRule', ControllerSpreadRule),
  minDomains: number,
}, ['topologyKey']);

const keyValues = map(text);

const subnet = like('ISubnet', ['subnetId', 'node'], 'pass a Subnet, or what Subnet.fromSubnetId() gives');
const selection = struct<ec2.SubnetSelection>('SubnetSelection', {
  subnetType: choice('SubnetType', ec2.SubnetType),
  availabilityZones: list(text),
  onePerAz: boolean,
  subnetGroupName: text,
  subnetFilters: list(like('SubnetFilter', ['selectSubnets'], 'use SubnetFilter.byIds() and the like')),
  subnets: list(subnet),
});

export const SUBNET_SELECTION: Kind = {
  ...selection,
  check: (prop, value) => {
    if (Array.isArray(value)) {
      throw refusal(prop, 'must be a SubnetSelection', value, 'name the list in one: { subnets: … }');
    }
    selection.check(prop, value);
  },
};

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
