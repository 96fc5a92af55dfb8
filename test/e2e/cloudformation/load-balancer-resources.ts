import {
  CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, DeleteListenerCommand, DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand, ModifyListenerCommand, ModifyTargetGroupAttributesCommand, ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { changedProperties, generatedName, ResourceProvider } from './provider';
import { Moto } from '../aws/moto';

/** What an update of a target group changes in place; all else makes another one. */
const CHANGEABLE = /^(HealthCheck|HealthyThreshold|UnhealthyThreshold|Matcher|Tags|TargetGroupAttributes)/;

/** Load balancers that an app defines itself, in moto: as far as the controller looks at them. */
export function loadBalancerProviders({ elb }: Moto): Record<string, ResourceProvider> {
  return {
    'AWS::ElasticLoadBalancingV2::LoadBalancer': {
      create: async (request) => {
        const { Name, Scheme, SecurityGroups, Subnets, Type, Tags } = request.properties;
        const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({
          Name: Name ?? generatedName(request, 32), Scheme, SecurityGroups, Subnets, Type, Tags,
        }));
        const { LoadBalancerArn, DNSName, CanonicalHostedZoneId } = LoadBalancers![0];
        return {
          physicalId: LoadBalancerArn!,
          attributes: { LoadBalancerArn, DNSName, CanonicalHostedZoneID: CanonicalHostedZoneId, LoadBalancerFullName: LoadBalancerArn!.split(':loadbalancer/')[1], SecurityGroups },
        };
      },
      update: async (request) => changedProperties(request).length > 0 ? undefined : request,
      delete: async ({ physicalId }) => { await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: physicalId })); },
    },

    'AWS::ElasticLoadBalancingV2::Listener': {
      create: async ({ properties }) => {
        const { Listeners } = await elb.send(new CreateListenerCommand(listener(properties)));
        return { physicalId: Listeners![0].ListenerArn!, attributes: { ListenerArn: Listeners![0].ListenerArn } };
      },
      update: async (request) => {
        if (changedProperties(request).includes('LoadBalancerArn')) {
          return undefined;
        }
        const { LoadBalancerArn, ...changes } = listener(request.properties);
        await elb.send(new ModifyListenerCommand({ ListenerArn: request.physicalId, ...changes }));
        return request;
      },
      delete: async ({ physicalId }) => { await elb.send(new DeleteListenerCommand({ ListenerArn: physicalId })); },
    },

    'AWS::ElasticLoadBalancingV2::TargetGroup': {
      create: async (request) => {
        const { TargetGroupAttributes, Targets, ...properties } = request.properties;
        const { TargetGroups } = await elb.send(new CreateTargetGroupCommand({ ...properties, Name: properties.Name ?? generatedName(request, 32) }));
        const { TargetGroupArn, TargetGroupName } = TargetGroups![0];
        await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: TargetGroupAttributes ?? [] }));
        return {
          physicalId: TargetGroupArn!,
          attributes: { TargetGroupArn, TargetGroupName, TargetGroupFullName: TargetGroupArn!.slice(TargetGroupArn!.lastIndexOf(':') + 1), LoadBalancerArns: [] },
        };
      },
      update: async (request) => {
        if (changedProperties(request).some((name) => !CHANGEABLE.test(name))) {
          return undefined;
        }
        const { HealthCheckPath, HealthCheckPort, HealthCheckProtocol } = request.properties;
        await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: request.physicalId, HealthCheckPath, HealthCheckPort, HealthCheckProtocol }));
        return request;
      },
      delete: async ({ physicalId }) => { await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: physicalId })); },
    },
  };
}

function listener({ LoadBalancerArn, Port, Protocol, DefaultActions }: any) {
  return { LoadBalancerArn, Port, Protocol, DefaultActions };
}
