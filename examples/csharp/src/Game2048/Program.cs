using System.Collections.Generic;
using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.EKSv2;
using Amazon.CDK.LambdaLayer.KubectlV35;
using CdkEksAlbIngress.Support;

namespace Game2048OnEks
{
    internal static class Program
    {
        public static void Main()
        {
            var app = new App();
            var stack = new Stack(app, "Game2048OnEks");

            var vpc = new Vpc(stack, "Vpc", new VpcProps { MaxAzs = 2 });

            var cluster = new Cluster(stack, "Cluster", new ClusterProps
            {
                Vpc = vpc,
                Version = KubernetesVersion.V1_35,
                KubectlProviderOptions = new KubectlProviderOptions
                {
                    KubectlLayer = new KubectlV35Layer(stack, "Kubectl"),
                },
                DefaultCapacityType = DefaultCapacityType.NODEGROUP,
                DefaultCapacity = 2,
            });

            var albIngress = new EksAlbIngressSupport(stack, "AlbIngress", new EksAlbIngressSupportProps
            {
                // These two make the cluster ready for ALB Ingresses.
                Cluster = cluster,
                Vpc = vpc,
                // The others are choices: a release that stays until it is changed here, settings of every
                // load balancer, and another namespace for the controller with `cdk synth -c namespace=...`.
                ControllerVersion = ControllerVersion.V3_5_0,
                IngressClass = new IngressClassOptions
                {
                    Tags = new Dictionary<string, string> { ["game"] = "2048" },
                },
                ControllerNamespace = app.Node.TryGetContext("namespace") as string,
            });

            new Game2048(stack, "Game2048", new Game2048Props(cluster, albIngress));

            app.Synth();
        }
    }
}
