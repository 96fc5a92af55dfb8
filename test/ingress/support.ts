import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { EksAlbIngressSupport, EksAlbIngressSupportProps, IngressOptions } from '../../src';
import { kubernetesObjects, newAutoModeCluster, newCluster, newStack, newVpc, OwnedCluster } from '../fixtures';

/** One stack with a cluster that is ready for Ingresses. */
export class Shop {
  public readonly vpc: ec2.Vpc;
  public readonly cluster: OwnedCluster;
  public readonly support: EksAlbIngressSupport;

  constructor(props: Partial<EksAlbIngressSupportProps> = {}, public readonly stack: Stack = newStack(), autoMode = false) {
    this.vpc = newVpc(stack);
    this.cluster = autoMode ? newAutoModeCluster(stack, { vpc: this.vpc }) : newCluster(stack, 'aws-eks-v2', { vpc: this.vpc });
    this.support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: this.cluster, vpc: this.vpc, ...props });
  }

  /** The one Ingress in the template. */
  public get ingress(): any {
    const [ingress, ...others] = kubernetesObjects(this.stack).filter(({ kind }) => kind === 'Ingress');
    expect(others).toEqual([]);
    return ingress;
  }

  /** Its annotations, without their prefix. */
  public get annotations(): { [key: string]: string } {
    return Object.fromEntries(Object.entries<string>(this.ingress.metadata.annotations ?? {})
      .map(([key, value]) => [key.replace('alb.ingress.kubernetes.io/', ''), value]));
  }
}

export const RULE = { host: 'shop.example.com', service: 'shop', port: 80 };
export const RULES: IngressOptions = { namespace: 'shop', rules: [RULE] };
