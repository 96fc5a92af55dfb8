package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseksv2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-eks-alb-ingress/cdk-eks-alb-ingress-support-go/albingress"
	"github.com/cdklabs/awscdk-kubectl-go/kubectlv35/v2"
)

func newCluster() (awscdk.Stack, awsec2.Vpc, awseksv2.Cluster) {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Stack"), nil)
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{MaxAzs: jsii.Number(2)})
	cluster := awseksv2.NewCluster(stack, jsii.String("Cluster"), &awseksv2.ClusterProps{
		Vpc:     vpc,
		Version: awseksv2.KubernetesVersion_V1_35(),
		KubectlProviderOptions: &awseksv2.KubectlProviderOptions{
			KubectlLayer: kubectlv35.NewKubectlV35Layer(stack, jsii.String("Kubectl")),
		},
		DefaultCapacityType: awseksv2.DefaultCapacityType_NODEGROUP,
	})
	return stack, vpc, cluster
}

func TestInstallsTheController(t *testing.T) {
	stack, vpc, cluster := newCluster()
	albIngress := albingress.NewEksAlbIngressSupport(stack, jsii.String("AlbIngress"), &albingress.EksAlbIngressSupportProps{
		Cluster: cluster,
		Vpc:     vpc,
	})
	NewGame2048(stack, "Game2048", &Game2048Props{Cluster: cluster, AlbIngress: albIngress})

	assertions.Template_FromStack(stack, nil).HasResourceProperties(
		jsii.String("Custom::AWSCDK-EKS-HelmChart"),
		map[string]any{"Chart": "aws-load-balancer-controller"},
	)
}

// An error of a construct is a panic in Go.
func TestRejectsANamespaceThatKubernetesDoes(t *testing.T) {
	stack, vpc, cluster := newCluster()
	defer func() {
		if message := fmt.Sprint(recover()); !strings.Contains(message, "controllerNamespace must be a DNS label") {
			t.Errorf("unexpected message: %s", message)
		}
	}()
	albingress.NewEksAlbIngressSupport(stack, jsii.String("AlbIngress"), &albingress.EksAlbIngressSupportProps{
		Cluster:             cluster,
		Vpc:                 vpc,
		ControllerNamespace: jsii.String("Kube_System"),
	})
}
