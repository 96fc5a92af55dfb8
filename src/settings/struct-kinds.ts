import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ControllerResources } from '../controller/controller-options';
import { ControllerSpreadRule, ControllerTaintEffect, ControllerToleration, ControllerTopologySpread } from '../controller/scheduling';
import { subnet } from '../ingress/ingress-class-kinds';
import { boolean, choice, duration, Kind, like, list, number, size, struct, text } from '../util/kinds';
import { invalidProp } from '../util/messages';

export const RESOURCES = struct<ControllerResources>('ControllerResources', {
  cpuRequest: text,
  cpuLimit: text,
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
      throw invalidProp(prop, 'must be a SubnetSelection', value, 'name the list in one: { subnets: … }');
    }
    selection.check(prop, value);
  },
};
