package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awseksv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-eks-alb-ingress/cdk-eks-alb-ingress-support-go/albingress"
)

// object is a Kubernetes object, or a part of one.
type object = map[string]any

type Game2048Props struct {
	Cluster    awseksv2.ICluster
	AlbIngress albingress.EksAlbIngressSupport
}

// NewGame2048 defines the game 2048, open to the internet through an Application Load Balancer.
//
// Nothing here speaks of order: the Ingress is made after the controller, and after the manifests
// with its namespace and Service, and removed before them.
func NewGame2048(scope constructs.Construct, id string, props *Game2048Props) constructs.Construct {
	this := constructs.NewConstruct(scope, &id)
	namespace := "game-2048"
	labels := object{"app.kubernetes.io/name": "app-2048"}

	home := awseksv2.NewKubernetesManifest(this, jsii.String("Namespace"), &awseksv2.KubernetesManifestProps{
		Cluster: props.Cluster,
		Manifest: &[]*object{
			{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": namespace}},
		},
	})

	game := awseksv2.NewKubernetesManifest(this, jsii.String("Game"), &awseksv2.KubernetesManifestProps{
		Cluster: props.Cluster,
		Manifest: &[]*object{
			{
				"apiVersion": "apps/v1",
				"kind":       "Deployment",
				"metadata":   object{"name": "deployment-2048", "namespace": namespace},
				"spec": object{
					"replicas": 5,
					"selector": object{"matchLabels": labels},
					"template": object{
						"metadata": object{"labels": labels},
						"spec": object{
							"containers": []object{{
								"name":            "app-2048",
								"image":           "public.ecr.aws/l6m2t8p7/docker-2048:latest",
								"imagePullPolicy": "Always",
								"ports":           []object{{"containerPort": 80}},
							}},
						},
					},
				},
			},
			{
				"apiVersion": "v1",
				"kind":       "Service",
				"metadata":   object{"name": "service-2048", "namespace": namespace},
				"spec": object{
					"type":     "NodePort",
					"selector": labels,
					"ports":    []object{{"port": 80, "targetPort": 80, "protocol": "TCP"}},
				},
			},
		},
	})
	game.Node().AddDependency(home)

	props.AlbIngress.AddIngress(jsii.String("Game2048"), &albingress.IngressOptions{
		IngressName: jsii.String("ingress-2048"),
		Namespace:   &namespace,
		Scheme:      albingress.LoadBalancerScheme_INTERNET_FACING,
		TargetType:  albingress.IngressTargetType_IP,
		Rules:       &[]*albingress.IngressRule{{Service: jsii.String("service-2048"), Port: jsii.Number(80)}},
	})

	return this
}
