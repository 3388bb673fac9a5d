import { Tab, Tabs } from '../../../ui/tabs.tsx'

/** The views of the page of all workflows. */
export function WorkflowsTabs() {
  const exact = { exact: true, includeSearch: false }
  return (
    <Tabs label="Views of all workflows">
      <Tab to="/workflows" activeOptions={exact}>
        All workflows
      </Tab>
      <Tab to="/workflow-templates" activeOptions={exact}>
        Templates
      </Tab>
      <Tab to="/failed-runs" activeOptions={exact}>
        Failed runs
      </Tab>
    </Tabs>
  )
}
