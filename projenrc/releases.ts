import { Component } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';
import { Job, JobPermission } from 'projen/lib/github/workflows-model';

/** Commits of the actions that the workflows use, with the versions that they are. Those that projen pins itself are not here. */
const ACTIONS: Record<string, string> = {
  'actions/setup-node': '820762786026740c76f36085b0efc47a31fe5020', // v7.0.0
  'actions/setup-python': '5fda3b95a4ea91299a34e894583c3862153e4b97', // v7.0.0
  'actions/setup-go': 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e', // v7.0.0
  'actions/setup-java': 'be666c2fcd27ec809703dec50e508c2fdc7f6654', // v5.2.0
  'actions/setup-dotnet': 'a98b56852c35b8e3190ac28c8c2271da59106c68', // v6.0.0
  'actions/cache': '27d5ce7f107fe9357f9df03efb73ab90386fccae', // v5.0.5
  'actions/checkout': '3d3c42e5aac5ba805825da76410c181273ba90b1',
  'actions/upload-artifact': '043fb46d1a93c77aae656e7c1c64a875d1fc6a0a',
  'actions/attest-build-provenance': 'a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32', // v4.1.0
  'peter-evans/create-pull-request': '5f6978faf089d4d20b00c7766989d076bb2fc7f1', // v8.1.1
  'NuGet/login': '8d196754b4036150537f80ac539e15c2f1028841', // v1.2.0
};

/** Folder of `dist/` with the package that a job of the release workflow publishes. */
const PACKAGES: Record<string, string> = {
  release_npm: 'js/*.tgz',
  release_maven: 'java/**/*.jar',
  release_pypi: 'python/*',
  release_nuget: 'dotnet/*.nupkg',
  release_golang: 'go/**/*.tgz',
};

/** GitHub environment whose reviewers approve a release. */
export const RELEASE_ENVIRONMENT = 'release';

/**
 * Releases that a security team accepts: actions pinned by commit, an attestation of how each package was built, and a software bill of
 * materials.
 */
export class Releases extends Component {
  constructor(project: JsiiProject) {
    super(project);
    for (const [action, commit] of Object.entries(ACTIONS)) {
      project.github!.actions.set(action, `${action}@${commit}`);
    }
    // What the package was made with, development dependencies included: the package itself has no other.
    const sbom = project.addTask('sbom', {
      description: 'Write a CycloneDX bill of materials of what the package is built from, to dist/sbom.cdx.json',
      steps: [{ exec: 'mkdir -p dist' }, { exec: 'npm sbom --sbom-format cyclonedx --package-lock-only > dist/sbom.cdx.json' }],
    });
    project.packageTask.spawn(sbom);
    project.release!.publisher.addGitHubPostPublishingSteps({
      name: 'Attach the bill of materials',
      if: '${{ !inputs.dry_run }}',
      env: { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' },
      run: 'gh release upload "$(cat dist/releasetag.txt)" dist/sbom.cdx.json -R "$GITHUB_REPOSITORY" --clobber',
    });
  }

  public preSynthesize(): void {
    const github = (this.project as JsiiProject).github!;
    const workflow = github.tryFindWorkflow('release')!;
    const build = github.tryFindWorkflow('build')!;
    build.updateJob('build', { ...build.getJob('build'), permissions: { contents: JobPermission.READ } } as Job);
    for (const [id, files] of Object.entries(PACKAGES)) {
      const job = workflow.getJob(id);
      if (!('steps' in job)) { throw new Error(`job ${id} has no steps`); }
      const publishes = job.steps.findIndex(({ name }) => name === 'Release');
      workflow.updateJob(id, {
        ...job,
        permissions: { ...job.permissions, idToken: JobPermission.WRITE, attestations: JobPermission.WRITE },
        steps: [
          ...job.steps.slice(0, publishes),
          { name: 'Attest how the package was built', uses: 'actions/attest-build-provenance@v4', with: { 'subject-path': `dist/${files}` } },
          ...job.steps.slice(publishes),
        ],
      });
    }
  }
}
