import { generatedName, ResourceProvider } from './provider';
import { ACCOUNT, REGION } from '../settings';

/**
 * Types with nothing behind them here: their names and ARNs are all that the rest of a template asks for.
 *
 * Any other type without a provider is an error, so that nothing is taken for proven by mistake.
 */
export const INERT_TYPES = [
  'AWS::CDK::Metadata', 'AWS::EC2::LaunchTemplate', 'AWS::EC2::VPCEndpoint', 'AWS::EC2::FlowLog', 'AWS::EKS::FargateProfile', 'AWS::IAM::InstanceProfile',
  'AWS::KMS::Alias', 'AWS::KMS::Key', 'AWS::Lambda::LayerVersion', 'AWS::Lambda::Permission', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy', 'AWS::SSM::Parameter', 'AWS::StepFunctions::StateMachine', 'Custom::AWSCDK-EKS-FargateProfile',
];

export const INERT: ResourceProvider = {
  create: async (request) => {
    const physicalId = generatedName(request);
    return { physicalId, attributes: { Arn: `arn:aws:inert:${REGION}:${ACCOUNT}:${physicalId}` } };
  },
  update: async (request) => request,
  delete: async () => undefined,
};
