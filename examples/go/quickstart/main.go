// The README's quick start in Go: its Go section is the part between the two marks.
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
	quickStart(awscdk.NewStack(app, jsii.String("QuickStart"), nil))
	app.Synth(nil)
}

func quickStart(stack awscdk.Stack) {
	// README: start
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{MaxAzs: jsii.Number(2)})

	cluster := awseksv2.NewCluster(stack, jsii.String("Cluster"), &awseksv2.ClusterProps{
		Vpc:     vpc,
		Version: awseksv2.KubernetesVersion_V1_35(),
		KubectlProviderOptions: &awseksv2.KubectlProviderOptions{
			KubectlLayer: kubectlv35.NewKubectlV35Layer(stack, jsii.String("Kubectl")),
		},
		DefaultCapacityType: awseksv2.DefaultCapacityType_NODEGROUP,
	})

	albIngress := albingress.NewEksAlbIngressSupport(stack, jsii.String("AlbIngress"), &albingress.EksAlbIngressSupportProps{
		Cluster: cluster,
		Vpc:     vpc,
	})

	cluster.AddHelmChart(jsii.String("Web"), &awseksv2.HelmChartOptions{
		Chart:      jsii.String("podinfo"),
		Repository: jsii.String("https://stefanprodan.github.io/podinfo"),
		Release:    jsii.String("podinfo"),
	})

	ingress := albIngress.AddIngress(jsii.String("WebIngress"), &albingress.IngressOptions{
		Scheme:     albingress.LoadBalancerScheme_INTERNET_FACING,
		TargetType: albingress.IngressTargetType_IP,
		Rules: &[]*albingress.IngressRule{{
			Service: jsii.String("podinfo"),
			Port:    jsii.Number(9898),
		}},
	})

	awscdk.NewCfnOutput(stack, jsii.String("Address"), &awscdk.CfnOutputProps{Value: ingress.LoadBalancerDnsName()})
	// README: end
}
