import * as fs from 'fs';
import { awscdk, Component, JsonFile } from 'projen';

/** The folders of examples/ whose cdk.json is written here, with the command that runs the app. */
const APPS = {
  python: 'python3 app.py',
  java: 'mvn --quiet compile exec:java',
  go: 'go run .',
  csharp: 'dotnet run --project src/Game2048',
};

/** What the toolchains leave in the folders of the examples. */
const BUILD_OUTPUTS = ['.venv', '__pycache__', 'target', 'bin', 'obj'];

/**
 * Packages and examples for every language: made, built, synthesized and compared by one command.
 */
export class Bindings extends Component {
  constructor(project: awscdk.AwsCdkConstructLibrary) {
    super(project);
    const verify = project.addTask('bindings:verify', {
      description: 'Make the packages of all languages from what is compiled, build the examples from them and compare their templates: of all, or those that are named',
      receiveArgs: true,
      // Not type-checked again: the linter's and jest's runs do that.
      exec: 'ts-node --transpile-only --project tsconfig.dev.json examples/verify/index.ts',
    });
    project.addTask('consumers:verify', {
      description: 'Run a small app from the packed library as CommonJS, ES module and TypeScript, with npm and pnpm, and check its types with three compilers',
      exec: 'ts-node --transpile-only --project tsconfig.dev.json examples/verify/consumers.ts',
    });
    project.addTask('libraries:verify', {
      description: 'Synthesize the packed library with constructs of cdk8s-plus and cdk-eks-karpenter, and with weak references between stacks',
      exec: 'ts-node --transpile-only --project tsconfig.dev.json examples/verify/libraries.ts',
    });
    const bindings = project.addTask('bindings', { description: 'Compile, then bindings:verify' });
    bindings.spawn(project.preCompileTask);
    bindings.spawn(project.compileTask);
    bindings.spawn(verify);

    // Every snippet of README and docstrings compiles, and is translated. The translations go with the package: the packages of other
    // languages are made from it, by jobs that have nothing else.
    // The compiler takes the README into the packages of all languages.
    project.preCompileTask.exec('ts-node --transpile-only --project tsconfig.dev.json scripts/readme-go.ts');
    project.postCompileTask.prependExec('jsii-rosetta extract --strict --compress-tablet');
    project.package.addField('jsiiRosetta', { exampleDependencies: { '@aws-cdk/lambda-layer-kubectl-v35': '^2' } });
    project.gitignore.exclude('.jsii.tabl.json.gz');

    project.tasks.tryFind('package:go')!.reset('ts-node --transpile-only --project tsconfig.dev.json scripts/package-go.ts');
    // The packages of all languages hold the one for npm.
    for (const language of ['js', 'python', 'java', 'dotnet', 'go']) {
      project.tasks.tryFind(`package:${language}`)!.prependSpawn(project.tasks.tryFind('check-package')!);
    }

    // The feature flags decide logical ids: with other ones the templates would differ.
    const { context } = JSON.parse(fs.readFileSync('examples/typescript/cdk.json', 'utf8'));
    for (const [folder, app] of Object.entries(APPS)) {
      new JsonFile(project, `examples/${folder}/cdk.json`, { obj: { app, context }, marker: false });
    }
    for (const output of BUILD_OUTPUTS) {
      project.gitignore.exclude(`/examples/**/${output}/`);
    }
  }
}
