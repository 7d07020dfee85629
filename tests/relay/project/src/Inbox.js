import { graphql } from "react-relay";

export const query = graphql`
  query InboxQuery {
    viewer {
      role
    }
    ...Inbox_query
  }
`;

export const inbox = graphql`
  fragment Inbox_query on Query
  @refetchable(queryName: "InboxPaginationQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 25 }, after: { type: "String" }) {
    flags(first: $first, after: $after, filter: { queue: TO_TRIAGE }) @connection(key: "Inbox_flags") {
      totalCount(atMost: 99) {
        value
        more
      }
      edges {
        node {
          ...FlagRow_flag
        }
      }
    }
  }
`;
