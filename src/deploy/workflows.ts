// Workflows that build and deploy a site: for GitHub Actions and for CircleCI, made for the branch and region of the config. Short-
// lived credentials only: no key is stored anywhere.
import type { S3Target } from '../core/deploy.ts'
import { fail } from '../core/diagnostic.ts'
import { didYouMean } from '../util/nearest.ts'

const services: Readonly<Record<string, (branch: string, region: string) => string>> = { github, circleci }

export function workflowText(service: string, { branch = 'main', region = 'us-east-1' }: S3Target): string {
  const make = Object.hasOwn(services, service) ? services[service] : undefined
  if (make) return make(branch, region)
  const meant = didYouMean(service, Object.keys(services))
  throw fail('usage-flag', `--print-workflow: there is no workflow for "${service}"`, { fix: meant === undefined ? 'write github or circleci.' : `did you mean ${meant}?` })
}

function github(branch: string, region: string): string {
  return `# Builds the site for every pull request and says what a deploy would do; deploys it from ${branch}, and once a day, so that
# entries appear when their date has come. No keys are stored: GitHub vouches for this repository, see \`ssg deploy --print-oidc\`.
name: site
on:
  push:
    branches: [${branch}]
  pull_request:
  schedule:
    - cron: '7 5 * * *'
  workflow_dispatch:
permissions:
  contents: read
jobs:
  plan:
    # Pull requests from forks get no credentials.
    if: github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      contents: read
      id-token: write
    steps:
${buildSteps}
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: \${{ vars.AWS_PLAN_ROLE }}
          aws-region: ${region}
      - name: plan
        run: |
          npx ssg plan --allow-branch > plan.txt 2>&1 && code=0 || code=$?
          { echo '### What a deploy would do'; echo '~~~~'; cat plan.txt; echo '~~~~'; } >> "$GITHUB_STEP_SUMMARY"
          exit "$code"
  deploy:
    if: github.event_name != 'pull_request' && github.ref == 'refs/heads/${branch}'
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read
      id-token: write
    # One deploy at a time, and none is cut off.
    concurrency:
      group: deploy
      cancel-in-progress: false
    steps:
${buildSteps}
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: \${{ vars.AWS_DEPLOY_ROLE }}
          aws-region: ${region}
      - run: npx ssg deploy
      - name: what appears next
        run: npx ssg list --next
`
}

const buildSteps = `      - uses: actions/checkout@v4
        with:
          # The whole history: an older commit must not replace a newer one.
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 20
          cache: npm
      - uses: actions/cache@v4
        with:
          path: .ssg
          key: ssg-\${{ github.run_id }}
          restore-keys: ssg-
      - run: npm ci
      - run: npx ssg build --strict`

function circleci(branch: string, region: string): string {
  return `# Builds the site for every commit and says what a deploy would do; deploys it from ${branch}. The context "site" holds two names and
# no keys: AWS_PLAN_ROLE and AWS_DEPLOY_ROLE, roles that trust this project, see \`ssg deploy --print-oidc\`. Add a scheduled pipeline
# for ${branch} in the project's settings, so that entries appear when their date has come.
version: 2.1
commands:
  build:
    parameters:
      cache:
        description: change it to forget the caches
        type: string
    steps:
      - checkout
      - restore_cache:
          keys:
            - << parameters.cache >>-npm-{{ checksum "package-lock.json" }}
      - run: npm ci --cache ~/.npm
      - save_cache:
          key: << parameters.cache >>-npm-{{ checksum "package-lock.json" }}
          paths:
            - ~/.npm
      - restore_cache:
          keys:
            - << parameters.cache >>-ssg-{{ .Branch }}-
            - << parameters.cache >>-ssg-
      - run: npx ssg build --strict
      - save_cache:
          key: << parameters.cache >>-ssg-{{ .Branch }}-{{ .Revision }}
          paths:
            - .ssg
  credentials:
    parameters:
      role:
        type: env_var_name
    steps:
      - run:
          name: credentials for an hour
          command: |
            printf '%s' "$CIRCLE_OIDC_TOKEN_V2" > /tmp/oidc-token
            echo "export AWS_WEB_IDENTITY_TOKEN_FILE=/tmp/oidc-token AWS_ROLE_ARN=\${<< parameters.role >>} AWS_REGION=${region}" >> "$BASH_ENV"
jobs:
  plan:
    docker:
      - image: cimg/node:20.19
    steps:
      - build:
          cache: v1
      - credentials:
          role: AWS_PLAN_ROLE
      - run: npx ssg plan --allow-branch
  deploy:
    docker:
      - image: cimg/node:20.19
    steps:
      - build:
          cache: v1
      - credentials:
          role: AWS_DEPLOY_ROLE
      - run: npx ssg deploy
      - run: npx ssg list --next
workflows:
  site:
    jobs:
      - plan:
          context: site
          filters:
            branches:
              ignore: ${branch}
      - deploy:
          context: site
          # One deploy at a time.
          serial-group: << pipeline.project.slug >>/deploy
          filters:
            branches:
              only: ${branch}
`
}
