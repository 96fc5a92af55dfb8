using System;
using System.Collections.Generic;
using Amazon.CDK;
using Amazon.CDK.Assertions;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.EKSv2;
using Amazon.CDK.LambdaLayer.KubectlV35;
using CdkEksAlbIngress.Support;
using Xunit;

namespace Game2048OnEks.Tests
{
    public sealed class Game2048Test
    {
        private readonly Stack _stack = new(new App(), "Stack");
        private readonly Vpc _vpc;
        private readonly Cluster _cluster;

        public Game2048Test()
        {
            _vpc = new Vpc(_stack, "Vpc", new VpcProps { MaxAzs = 2 });
            _cluster = new Cluster(_stack, "Cluster", new ClusterProps
            {
                Vpc = _vpc,
                Version = KubernetesVersion.V1_35,
                KubectlProviderOptions = new KubectlProviderOptions { KubectlLayer = new KubectlV35Layer(_stack, "Kubectl") },
                DefaultCapacityType = DefaultCapacityType.NODEGROUP,
            });
        }

        [Fact]
        public void InstallsTheController()
        {
            var albIngress = new EksAlbIngressSupport(_stack, "AlbIngress", new EksAlbIngressSupportProps { Cluster = _cluster, Vpc = _vpc });
            new Game2048(_stack, "Game2048", new Game2048Props(_cluster, albIngress));

            Template.FromStack(_stack).HasResourceProperties("Custom::AWSCDK-EKS-HelmChart", new Dictionary<string, object>
            {
                ["Chart"] = "aws-load-balancer-controller",
            });
        }

        [Fact]
        public void RejectsANamespaceThatKubernetesDoes()
        {
            var error = Assert.ThrowsAny<Exception>(() => new EksAlbIngressSupport(_stack, "AlbIngress", new EksAlbIngressSupportProps
            {
                Cluster = _cluster,
                Vpc = _vpc,
                ControllerNamespace = "Kube_System",
            }));
            Assert.Contains("controllerNamespace must be a DNS label", error.Message);
        }
    }
}
