using System.Collections.Generic;
using Amazon.CDK.AWS.EKSv2;
using Constructs;

namespace Game2048OnEks
{
    public sealed record Game2048Props(ICluster Cluster);

    /// <summary>The game 2048, open to the internet through an Application Load Balancer.</summary>
    /// <remarks>
    /// Nothing here speaks of the load balancer controller: the Ingress is found, made after it and removed before it.
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

            var ingress = new KubernetesManifest(this, "Ingress", new KubernetesManifestProps
            {
                Cluster = props.Cluster,
                Manifest = new IDictionary<string, object>[] { Ingress() },
            });
            ingress.Node.AddDependency(game);
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

        private static Dictionary<string, object> Ingress() => new()
        {
            ["apiVersion"] = "networking.k8s.io/v1",
            ["kind"] = "Ingress",
            ["metadata"] = new Dictionary<string, object>
            {
                ["name"] = "ingress-2048",
                ["namespace"] = Namespace,
                ["annotations"] = new Dictionary<string, object>
                {
                    ["alb.ingress.kubernetes.io/scheme"] = "internet-facing",
                    ["alb.ingress.kubernetes.io/target-type"] = "ip",
                },
            },
            ["spec"] = new Dictionary<string, object>
            {
                ["ingressClassName"] = "alb",
                ["rules"] = new object[]
                {
                    new Dictionary<string, object>
                    {
                        ["http"] = new Dictionary<string, object>
                        {
                            ["paths"] = new object[]
                            {
                                new Dictionary<string, object>
                                {
                                    ["path"] = "/",
                                    ["pathType"] = "Prefix",
                                    ["backend"] = new Dictionary<string, object>
                                    {
                                        ["service"] = new Dictionary<string, object>
                                        {
                                            ["name"] = "service-2048",
                                            ["port"] = new Dictionary<string, object> { ["number"] = 80 },
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        };
    }
}
