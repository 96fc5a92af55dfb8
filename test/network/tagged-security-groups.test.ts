import { App, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import { EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { importCluster, MODULES, newCluster, newStack, newVpc, OwnedCluster, warningsOf } from '../fixtures';

describe.each(MODULES)('nodes of a cluster of %s', (module) => {
  let stack: Stack;
  let vpc: ec2.Vpc;
  let cluster: OwnedCluster;
  let workers: ec2.SecurityGroup;

  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc });
    workers = new ec2.SecurityGroup(stack, 'Workers', { vpc });
  });

  function support(props: Partial<EksAlbIngressSupportProps> = {}): void {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
  }

  /** Where lookups are made: not in a stack that may be deployed anywhere. */
  function lookups(): Stack {
    return stack.node.tryFindChild('Lookups') as Stack ?? new Stack(stack, 'Lookups', { env: { region: 'eu-west-1', account: '111122223333' } });
  }

  const synth = () => Template.fromStack(stack);

  function launchTemplate(id: string, props: ec2.CfnLaunchTemplate.LaunchTemplateDataProperty): ec2.CfnLaunchTemplate {
    return new ec2.CfnLaunchTemplate(stack, id, { launchTemplateData: props });
  }

  function nodesOf(template: ec2.CfnLaunchTemplate): void {
    cluster.addNodegroupCapacity('Own', { launchTemplateSpec: { id: template.ref, version: template.attrLatestVersionNumber } });
  }

  function conflict(capacity: string, groups: string, remedy: string): string {
    return `[Stack/AlbIngress/NetworkTags] nodes of ${capacity} have 2 security groups that are tagged for the cluster, where the controller `
      + `accepts one: ${groups}; ${remedy}`;
  }

  const LEAVE_OUT = 'leave workerSecurityGroup out, or remove one of the groups from the nodes';

  test('fails for an Auto Scaling group of the CDK\'s, which has the cluster security group too', () => {
    const group = cluster.addAutoScalingGroupCapacity('SelfManaged', { instanceType: new ec2.InstanceType('m7i.large') });
    group.addSecurityGroup(workers);
    support({ workerSecurityGroup: workers });
    expect(synth).toThrow(conflict('Stack/Cluster/SelfManaged/ASG', 'Stack/Cluster/ClusterSecurityGroup, Stack/Workers', LEAVE_OUT));
  });

  test('says nothing of groups that a context lookup has yet to find: they have one dummy for their ids', () => {
    const [looked, other] = ['Looked', 'Other'].map((id) => ec2.SecurityGroup.fromLookupById(lookups(), id, `sg-${id}`));
    nodesOf(launchTemplate('Template', { securityGroupIds: [other.securityGroupId, cluster.clusterSecurityGroupId] }));
    support({ workerSecurityGroup: looked });
    expect(synth).not.toThrow();
  });

  test('fails for an Auto Scaling group connected later, with a launch template of the CDK\'s', () => {
    stack = new Stack(new App({ context: { '@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig': true } }), 'Stack');
    vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc });
    const group = new autoscaling.AutoScalingGroup(stack, 'Connected', {
      vpc,
      instanceType: new ec2.InstanceType('m7i.large'),
      machineImage: new eks.EksOptimizedImage(),
    });
    support({ workerSecurityGroup: group.connections.securityGroups[0] });
    cluster.connectAutoScalingGroupCapacity(group, {});

    expect(synth).toThrow(conflict('Stack/Connected/ASG', 'Stack/Connected/InstanceSecurityGroup, Stack/Cluster/ClusterSecurityGroup', LEAVE_OUT));
  });

  test.each<[string, () => ec2.CfnLaunchTemplate.LaunchTemplateDataProperty]>([
    ['', () => ({ securityGroupIds: [workers.securityGroupId, cluster.clusterSecurityGroupId] })],
    [' on one interface', () => ({
      networkInterfaces: [{ deviceIndex: 0, groups: [cluster.clusterSecurityGroupId, (workers.node.defaultChild as ec2.CfnSecurityGroup).ref] }],
    })],
  ])('fails for a launch template that lists both groups%s', (_, data) => {
    support({ workerSecurityGroup: workers });
    nodesOf(launchTemplate('Template', data()));
    expect(synth).toThrow(/nodes of Stack\/Cluster\/NodegroupOwn\/.* have 2 security groups that are tagged for the cluster.*; leave workerSecurityGroup out/);
  });

  test('fails for a group that somebody else tagged, without workerSecurityGroup', () => {
    support();
    Tags.of(workers).add(`kubernetes.io/cluster/${cluster.clusterName}`, 'owned');
    nodesOf(launchTemplate('Template', { securityGroupIds: [workers.securityGroupId, cluster.clusterSecurityGroupId] }));
    expect(synth).toThrow(/: Stack\/Workers\/Resource, Stack\/Cluster\/ClusterSecurityGroup; remove the tag from all but one, or remove the others from the nodes/);
  });

  test('fails for literal ids, which say the same', () => {
    const imported = newStack('Imported');
    const blue = importCluster(imported, module, { clusterSecurityGroupId: 'sg-cluster' }, 'Cluster');
    new EksAlbIngressSupport(imported, 'AlbIngress', {
      cluster: blue,
      vpc: newVpc(imported),
      workerSecurityGroup: ec2.SecurityGroup.fromSecurityGroupId(imported, 'Workers', 'sg-workers'),
    });
    const template = new ec2.CfnLaunchTemplate(imported, 'Template', { launchTemplateData: { securityGroupIds: ['sg-workers', 'sg-cluster'] } });
    new eks.CfnNodegroup(imported, 'Nodes', {
      clusterName: 'blue', nodeRole: 'arn:aws:iam::111122223333:role/nodes', subnets: ['subnet-a'], launchTemplate: { id: template.ref, version: '1' },
    });
    expect(() => Template.fromStack(imported)).toThrow(
      'nodes of Imported/Nodes have 2 security groups that are tagged for the cluster, where the controller accepts one: Imported/Workers, ');
  });

  test.each<[string, () => void]>([
    ['managed nodes without a launch template', () => undefined],
    ['a launch template with one of the groups', () => nodesOf(launchTemplate('Template', { securityGroupIds: [workers.securityGroupId] }))],
    ['a launch template with a group that is not tagged', () => nodesOf(launchTemplate('Template', {
      securityGroupIds: [workers.securityGroupId, new ec2.SecurityGroup(stack, 'Other', { vpc }).securityGroupId],
    }))],
    ['one group an interface', () => nodesOf(launchTemplate('Template', {
      networkInterfaces: [{ groups: [workers.securityGroupId] }, { groups: [cluster.clusterSecurityGroupId] }],
    }))],
    ['a launch template that is only known by its id', () => {
      cluster.addNodegroupCapacity('Own', { launchTemplateSpec: { id: 'lt-1' } });
    }],
    ['an Auto Scaling group of the CDK\'s with groups of its own', () => {
      cluster.addAutoScalingGroupCapacity('SelfManaged', { instanceType: new ec2.InstanceType('m7i.large') });
    }],
    ['an Auto Scaling group that is not the cluster\'s', () => {
      const group = new autoscaling.AutoScalingGroup(stack, 'Bastions', {
        vpc, instanceType: new ec2.InstanceType('t4g.nano'), machineImage: ec2.MachineImage.latestAmazonLinux2023(), securityGroup: workers,
      });
      group.addSecurityGroup(cluster.clusterSecurityGroup);
    }],
  ])('accepts %s', (_, addNodes) => {
    support({ workerSecurityGroup: workers });
    addNodes();
    expect(synth).not.toThrow();
    expect(warningsOf(stack)).toEqual([]);
  });
});
