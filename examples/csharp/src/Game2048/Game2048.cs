using System.Collections.Generic;
using Amazon.CDK.AWS.EKSv2;
using CdkEksAlbIngress.Support;
using Constructs;

namespace Game2048OnEks
{
    public sealed record Game2048Props(ICluster Cluster, EksAlbIngressSupport AlbIngress);

    /// <summary>The game 2048, open to the internet through an Application Load Balancer.</summary>
    /// <remarks>
    /// Nothing here speaks of order: the Ingress is made after the controller, and after the manifests with its namespace and
    /// Service, and removed before them.
    /// </remarks>
    public sealed class Game2048 : Construct
    {
        private const string Namespace = "game-2048";

        public Game2048(Construct scope, string id, Game2048Props props) : base(scope, id)
        {
            var home = new KubernetesManifest(this, "Namespace", new KubernetesManifestProps
            {
                Cluster = props.Cluster,
                Manifest = new IDictionary<string, object>[]
                {
                    new Dictionary<string, object>
                    {
                        ["apiVersion"] = "v1",
                        ["kind"] = "Namespace",
                        ["metadata"] = new Dictionary<string, object> { ["name"] = Namespace },
                    },
                },
            });

            var game = new KubernetesManifest(this, "Game", new KubernetesManifestProps
            {
                Cluster = props.Cluster,
                Manifest = new IDictionary<string, object>[] { Deployment(), Service() },
            });
            game.Node.AddDependency(home);

            props.AlbIngress.AddIngress("Game2048", new IngressOptions
            {
                IngressName = "ingress-2048",
                Namespace = Namespace,
                Scheme = LoadBalancerScheme.INTERNET_FACING,
                TargetType = IngressTargetType.IP,
                Rules = new IIngressRule[] { new IngressRule { Service = "service-2048", Port = 80 } },
            });
        }

        private static Dictionary<string, object> Labels() => new() { ["app.kubernetes.io/name"] = "app-2048" };

        private static Dictionary<string, object> Deployment() => new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new Dictionary<string, object> { ["name"] = "deployment-2048", ["namespace"] = Namespace },
            ["spec"] = new Dictionary<string, object>
            {
                ["replicas"] = 5,
                ["selector"] = new Dictionary<string, object> { ["matchLabels"] = Labels() },
                ["template"] = new Dictionary<string, object>
                {
                    ["metadata"] = new Dictionary<string, object> { ["labels"] = Labels() },
                    ["spec"] = new Dictionary<string, object>
                    {
                        ["containers"] = new object[]
                        {
                            new Dictionary<string, object>
                            {
                                ["name"] = "app-2048",
                                ["image"] = "public.ecr.aws/l6m2t8p7/docker-2048:latest",
                                ["imagePullPolicy"] = "Always",
                                ["ports"] = new object[] { new Dictionary<string, object> { ["containerPort"] = 80 } },
                            },
                        },
                    },
                },
            },
        };

        private static Dictionary<string, object> Service() => new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Service",
            ["metadata"] = new Dictionary<string, object> { ["name"] = "service-2048", ["namespace"] = Namespace },
            ["spec"] = new Dictionary<string, object>
            {
                ["type"] = "NodePort",
                ["selector"] = Labels(),
                ["ports"] = new object[]
                {
                    new Dictionary<string, object> { ["port"] = 80, ["targetPort"] = 80, ["protocol"] = "TCP" },
                },
            },
        };
    }
}
