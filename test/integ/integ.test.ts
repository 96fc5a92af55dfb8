import { app } from './game-2048.integ';

/** Hashes of assets change with every byte of them: what they hold has tests of its own. */
function withoutHashes(template: unknown): unknown {
  return JSON.parse(JSON.stringify(template).replace(/[0-9a-f]{64}/g, '<hash>'));
}

// Deployed by whoever has an account; here at least nobody changes unseen what would be.
test('what is deployed to AWS is what was', () => {
  const assembly = app.synth();

  const { template } = assembly.getStackByName('EksAlbIngressGame2048');
  expect(withoutHashes(template)).toMatchSnapshot();
  const assertions = assembly.stacksRecursively.find(({ stackName }) => stackName.includes('DeployAssert'))!.template;
  expect(Object.values<any>(assertions.Resources).filter(({ Type }) => Type.startsWith('Custom::DeployAssert@HttpCall')))
    .toEqual([expect.objectContaining({ Properties: expect.objectContaining({ expected: JSON.stringify({ $ObjectLike: { status: 200 } }) }) })]);
});
