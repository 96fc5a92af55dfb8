import { Component, JsonFile } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';

const DIR = 'dist/floor';

export interface FloorProps {
  readonly cdkVersion: string;
  readonly constructsVersion: string;
  /** Tests of what only a newer CDK has, and of what is the same with any. */
  readonly skippedTests: string[];
}

/**
 * Type check and tests with the lowest versions of the peers, which are installed aside: what the package promises in its
 * peer dependencies.
 */
export class Floor extends Component {
  constructor(project: JsiiProject, props: FloorProps) {
    super(project);
    const modules = `${DIR}/node_modules`;

    new JsonFile(project, 'tsconfig.floor.json', {
      obj: {
        extends: './tsconfig.dev.json',
        compilerOptions: {
          paths: {
            'aws-cdk-lib': [`./${modules}/aws-cdk-lib`],
            'aws-cdk-lib/*': [`./${modules}/aws-cdk-lib/*`],
            'constructs': [`./${modules}/constructs`],
          },
        },
        include: ['src/**/*.ts'],
      },
      marker: false,
    });
    new JsonFile(project, 'jest.floor.json', {
      obj: () => ({
        ...project.jest!.config,
        moduleNameMapper: {
          ...project.jest!.config.moduleNameMapper,
          '^aws-cdk-lib(/.*)?$': `<rootDir>/${modules}/aws-cdk-lib$1`,
          '^constructs$': `<rootDir>/${modules}/constructs`,
        },
        modulePathIgnorePatterns: project.jest!.config.modulePathIgnorePatterns.filter((pattern: string) => !pattern.endsWith('/dist')),
        testPathIgnorePatterns: ['/node_modules/', ...props.skippedTests],
        reporters: ['default'],
      }),
      marker: false,
    });

    const task = project.addTask('test:floor', {
      description: `Check types and run the tests with aws-cdk-lib ${props.cdkVersion} and constructs ${props.constructsVersion}`,
    });
    task.spawn(project.bundler.bundleTask);
    task.exec(`mkdir -p ${DIR} && echo '{}' > ${DIR}/package.json`);
    task.exec(`npm install --prefix ${DIR} --no-audit --no-fund --loglevel=error aws-cdk-lib@${props.cdkVersion} constructs@${props.constructsVersion}`);
    task.exec('tsc --noEmit --project tsconfig.floor.json');
    task.exec('jest --config jest.floor.json --ci', { receiveArgs: true });

    project.addPackageIgnore('/tsconfig.floor.json');
    project.addPackageIgnore('/jest.floor.json');
  }
}
