package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseksv2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-eks-alb-ingress/cdk-eks-alb-ingress-support-go/albingress"
	"github.com/cdklabs/awscdk-kubectl-go/kubectlv35/v2"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Game2048OnEks"), nil)

	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{MaxAzs: jsii.Number(2)})

	cluster := awseksv2.NewCluster(stack, jsii.String("Cluster"), &awseksv2.ClusterProps{
		Vpc:     vpc,
		Version: awseksv2.KubernetesVersion_V1_35(),
		KubectlProviderOptions: &awseksv2.KubectlProviderOptions{
			KubectlLayer: kubectlv35.NewKubectlV35Layer(stack, jsii.String("Kubectl")),
		},
		DefaultCapacityType: awseksv2.DefaultCapacityType_NODEGROUP,
		DefaultCapacity:     jsii.Number(2),
	})

	support := albingress.NewEksAlbIngressSupport(stack, jsii.String("AlbIngress"), &albingress.EksAlbIngressSupportProps{
		// These two make the cluster ready for ALB Ingresses.
		Cluster: cluster,
		Vpc:     vpc,
		// The others are choices: a release that stays until it is changed here, settings of every
		// load balancer, and another namespace for the controller with `cdk synth -c namespace=...`.
		ControllerVersion: albingress.ControllerVersion_V3_5_0(),
		IngressClass: &albingress.IngressClassOptions{
			Tags: &map[string]*string{"game": jsii.String("2048")},
		},
		ControllerNamespace: stringFromContext(app, "namespace"),
	})

	NewGame2048(stack, "Game2048", &Game2048Props{Cluster: cluster, AlbIngress: support})

	app.Synth(nil)
}

// stringFromContext is nil where the context has no such key, and so leaves the default as it is.
func stringFromContext(app awscdk.App, key string) *string {
	if value, ok := app.Node().TryGetContext(jsii.String(key)).(string); ok {
		return &value
	}
	return nil
}
