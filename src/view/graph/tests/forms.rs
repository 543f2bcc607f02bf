//! The forms, as they look.

use console::measure_text_width;

use super::graphs::{Sketch, alone, apart, cruddur, guide, odd, shop, view};
use super::page;
use crate::output::{Page, Style, View as _};
use crate::trace::graph::{Graph, State};
use crate::view::graph::{GraphForm, GraphView};

fn written(view: &GraphView, form: GraphForm, width: u16) -> String {
    view.written(form, &page(width))
}

#[test]
fn tables_at_eighty_columns() {
    insta::assert_snapshot!(written(&guide(), GraphForm::Table, 80), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur  4 nodes, 3 edges, 4 requests

    NAME                                 STATUS      REQUESTS      AVG      P95
    client                               —                  —        —        —
    xray-sample                          25 % error         4  68.0 ms  61.0 ms
    SNS                                  ok                 2  62.0 ms  56.0 ms
    awseb-e-x-stack-StartupSignupsTable  ok                 2  60.0 ms  54.0 ms

    FROM         TO                        STATUS      CALLS  /MIN      AVG      P95
    client       → xray-sample             25 % error      4   0.4  68.0 ms  61.0 ms
    xray-sample  → SNS                     ok              2   0.2  62.0 ms  56.0 ms
    xray-sample  → awseb-e-x-stack-Startu  ok              2   0.2  60.0 ms  54.0 ms
                 pSignupsTable
    ");
    insta::assert_snapshot!(written(&cruddur(), GraphForm::Table, 80), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur
    5 nodes, 4 edges, 431 requests

    NAME                                 STATUS          REQUESTS      AVG      P95
    client                               —                      —        —        —
    backend-flask                        0.9 % fault          431  84.0 ms  76.0 ms
                                         0.7 % throttle
                                         2.8 % error
    cruddur-messages                     2.4 % throttle       123  12.0 ms  11.0 ms
    cruddur@db.internal                  1 % fault            402  31.0 ms  28.0 ms
    cognito-idp.us-east-1.amazonaws.com  ok                   431  22.0 ms  20.0 ms

    FROM           TO                        STATUS          CALLS      AVG      P95
    client         → backend-flask           0.9 % fault       431  84.0 ms  76.0 ms
                                             0.7 % throttle
                                             2.8 % error
    backend-flask  → cruddur-messages        2.4 % throttle    123  12.0 ms  11.0 ms
    backend-flask  → cruddur@db.internal     1 % fault         402  31.0 ms  28.0 ms
    backend-flask  → cognito-idp.us-east-1.  ok                431  22.0 ms  20.0 ms
                   amazonaws.com
    ");
}

#[test]
fn tables_at_more_columns() {
    insta::assert_snapshot!(written(&alone(), GraphForm::Table, 120), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur  2 nodes, 1 edge, 44 requests

    NAME           TYPE    STATUS       REQUESTS  /MIN    OK %  ERROR  THROTTLE  FAULT      AVG      P50      P95      P99
    client         client  —                   —     —       —      —         —      —        —        —        —        —
    backend-flask  —       2.3 % fault        44   4.4  93.2 %      2         0      1  13.0 ms  12.0 ms  12.0 ms  39.0 ms
                           4.5 % error

    FROM    TO               STATUS       CALLS  /MIN    OK %  ERROR  THROTTLE  FAULT      AVG      P50      P95      P99
    client  → backend-flask  2.3 % fault     44   4.4  93.2 %      2         0      1  13.0 ms  12.0 ms  12.0 ms  39.0 ms
                             4.5 % error
    ");
    insta::assert_snapshot!(written(&cruddur(), GraphForm::Table, 160), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur  5 nodes, 4 edges, 431 requests

    NAME                                 TYPE                  STATUS          REQUESTS  /MIN    OK %  ERROR  THROTTLE  FAULT      AVG      P50      P95      P99
    client                               client                —                      —     —       —      —         —      —        —        —        —        —
    backend-flask                        AWS::ECS::Fargate     0.9 % fault          431  43.1  95.6 %     12         3      4  84.0 ms  76.0 ms  76.0 ms   252 ms
                                                               0.7 % throttle
                                                               2.8 % error
    cruddur-messages                     AWS::DynamoDB::Table  2.4 % throttle       123  12.3  97.6 %      0         3      0  12.0 ms  11.0 ms  11.0 ms  36.0 ms
    cruddur@db.internal                  Database::SQL         1 % fault            402  40.2    99 %      0         0      4  31.0 ms  28.0 ms  28.0 ms  93.0 ms
    cognito-idp.us-east-1.amazonaws.com  remote                ok                   431  43.1   100 %      0         0      0  22.0 ms  20.0 ms  20.0 ms  66.0 ms

    FROM           TO                                     STATUS          CALLS  /MIN    OK %  ERROR  THROTTLE  FAULT      AVG      P50      P95      P99
    client         → backend-flask                        0.9 % fault       431  43.1  95.6 %     12         3      4  84.0 ms  76.0 ms  76.0 ms   252 ms
                                                          0.7 % throttle
                                                          2.8 % error
    backend-flask  → cruddur-messages                     2.4 % throttle    123  12.3  97.6 %      0         3      0  12.0 ms  11.0 ms  11.0 ms  36.0 ms
    backend-flask  → cruddur@db.internal                  1 % fault         402  40.2    99 %      0         0      4  31.0 ms  28.0 ms  28.0 ms  93.0 ms
    backend-flask  → cognito-idp.us-east-1.amazonaws.com  ok                431  43.1   100 %      0         0      0  22.0 ms  20.0 ms  20.0 ms  66.0 ms
    ");
}

#[test]
fn a_pipe_gets_every_column_and_a_line_a_row() {
    let pipe = Page {
        style: Style::PLAIN,
        width: None,
    };
    insta::assert_snapshot!(cruddur().text(&pipe), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur  5 nodes, 4 edges, 431 requests

    NAME                                 TYPE                  STATUS                                    REQUESTS  /MIN    OK %  ERROR  THROTTLE  FAULT      AVG      P50      P95      P99
    client                               client                —                                                —     —       —      —         —      —        —        —        —        —
    backend-flask                        AWS::ECS::Fargate     0.9 % fault, 0.7 % throttle, 2.8 % error       431  43.1  95.6 %     12         3      4  84.0 ms  76.0 ms  76.0 ms   252 ms
    cruddur-messages                     AWS::DynamoDB::Table  2.4 % throttle                                 123  12.3  97.6 %      0         3      0  12.0 ms  11.0 ms  11.0 ms  36.0 ms
    cruddur@db.internal                  Database::SQL         1 % fault                                      402  40.2    99 %      0         0      4  31.0 ms  28.0 ms  28.0 ms  93.0 ms
    cognito-idp.us-east-1.amazonaws.com  remote                ok                                             431  43.1   100 %      0         0      0  22.0 ms  20.0 ms  20.0 ms  66.0 ms

    FROM           TO                                     STATUS                                    CALLS  /MIN    OK %  ERROR  THROTTLE  FAULT      AVG      P50      P95      P99
    client         → backend-flask                        0.9 % fault, 0.7 % throttle, 2.8 % error    431  43.1  95.6 %     12         3      4  84.0 ms  76.0 ms  76.0 ms   252 ms
    backend-flask  → cruddur-messages                     2.4 % throttle                              123  12.3  97.6 %      0         3      0  12.0 ms  11.0 ms  11.0 ms  36.0 ms
    backend-flask  → cruddur@db.internal                  1 % fault                                   402  40.2    99 %      0         0      4  31.0 ms  28.0 ms  28.0 ms  93.0 ms
    backend-flask  → cognito-idp.us-east-1.amazonaws.com  ok                                          431  43.1   100 %      0         0      0  22.0 ms  20.0 ms  20.0 ms  66.0 ms
    ");
}

#[test]
fn colours_go_with_words() {
    let page = Page {
        style: Style::chosen(crate::output::ColorWhen::Always, false, |_| None),
        width: Some(80),
    };
    insta::assert_snapshot!(alone().text(&page).replace('\u{1b}', "^"), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur  2 nodes, 1 edge, 44 requests

    ^[2mNAME^[0m           ^[2mTYPE^[0m    ^[2mSTATUS^[0m       ^[2mREQUESTS^[0m  ^[2m/MIN^[0m      ^[2mAVG^[0m      ^[2mP95^[0m
    ^[2mclient^[0m         ^[2mclient^[0m  —                   —     —        —        —
    ^[1mbackend-flask^[0m  ^[2m—^[0m       ^[1;31m2.3 % fault^[0m        44   4.4  13.0 ms  12.0 ms
                           ^[33m4.5 % error^[0m

    ^[2mFROM^[0m    ^[2mTO^[0m               ^[2mSTATUS^[0m       ^[2mCALLS^[0m  ^[2m/MIN^[0m      ^[2mAVG^[0m      ^[2mP95^[0m
    ^[2mclient^[0m  → backend-flask  ^[1;31m2.3 % fault^[0m     44   4.4  13.0 ms  12.0 ms
                             ^[33m4.5 % error^[0m
    ");
}

#[test]
fn trees() {
    insta::assert_snapshot!(written(&guide(), GraphForm::Tree, 120), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur  4 nodes, 3 edges, 4 requests

    client
    └─ xray-sample  4 calls  25 % error  avg 68.0 ms  AWS::EC2::Instance
       ├─ SNS  2 calls  ok  avg 62.0 ms  AWS::SNS
       └─ awseb-e-x-stack-StartupSignupsTable  2 calls  ok  avg 60.0 ms  AWS::DynamoDB::Table
    ");
    insta::assert_snapshot!(written(&apart(), GraphForm::Tree, 80), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur
    10 nodes, 6 edges, 343 requests

    client of orders
    └─ orders  100 calls  ok  avg 40.0 ms  AWS::EC2::Instance
       └─ orders@db  90 calls  ok  avg 9.00 ms  Database::SQL
    client of invoices
    └─ invoices  102 calls  2 % fault  avg 40.0 ms  AWS::EC2::Instance
       └─ invoices@db  90 calls  ok  avg 9.00 ms  Database::SQL
    client of reports
    └─ reports  140 calls  28.6 % fault  avg 40.0 ms  AWS::EC2::Instance
       └─ reports@db  90 calls  ok  avg 9.00 ms  Database::SQL

    neither calling nor called:
    nightly  1 request  ok  avg 60.0 s  AWS::Lambda::Function
    ");
    insta::assert_snapshot!(written(&shop(), GraphForm::Tree, 120), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur  20 nodes, 30 edges, 13146 requests

    client of web
    └─ web  9134 calls  0.2 % fault, 1.3 % error  avg 240 ms  AWS::ECS::Fargate
       ├─ cart  3000 calls  ok  avg 25.0 ms  itself: 3200 requests, ok, avg 21.0 ms  AWS::ECS::Fargate
       │  ├─ pricing  3200 calls  ok  avg 5.00 ms  itself: 13000 requests, ok, avg 4.00 ms  AWS::ECS::Fargate
       │  │  └─ shop@db.internal  800 calls  ok  avg 2.00 ms  itself: 20003 requests, <0.1 % fault, avg 3.00 ms
       │  └─ sessions  3212 calls  0.4 % throttle  avg 5.00 ms  itself: 9012 requests, 0.1 % throttle, avg 5.00 ms
       ├─ catalogue  9030 calls  0.3 % throttle  avg 36.0 ms  itself: 12340 requests, 0.3 % throttle, avg 33.0 ms
       │  ├─ catalogue  ↻ calls itself  500 calls  ok  avg 5.00 ms  AWS::ECS::Fargate
       │  ├─ pricing  ↩ see above  9000 calls  ok  avg 5.00 ms  AWS::ECS::Fargate
       │  ├─ shop@db.internal  12003 calls  <0.1 % fault  avg 3.00 ms  Database::SQL
       │  └─ S3  12000 calls  ok  avg 18.0 ms  AWS::S3
       ├─ search  7000 calls  ok  avg 55.0 ms  itself: 7800 requests, ok, avg 51.0 ms  AWS::ECS::Fargate
       │  ├─ catalogue  ↩ see above  200 calls  ok  avg 28.0 ms  AWS::ECS::Fargate
       │  └─ search-index.internal  7800 calls  ok  avg 40.0 ms  remote
       ├─ users  8800 calls  9.1 % error  avg 12.0 ms  itself: 9000 requests, 10 % error, avg 9.00 ms  AWS::ECS::Fargate
       │  └─ sessions  5800 calls  ok  avg 5.00 ms  AWS::DynamoDB::Table
       └─ checkout  794 calls  11.3 % fault, 0.5 % error  avg 620 ms
          ├─ payments  792 calls  11.6 % fault  avg 490 ms  itself: 792 requests, 11.6 % fault, avg 480 ms
          │  ├─ users  ↩ see above  700 calls  ok  avg 9.00 ms  AWS::ECS::Fargate
          │  └─ api.cards.example  702 calls  13.1 % fault  avg 400 ms  remote
          ├─ stock  800 calls  ok  avg 7.00 ms  itself: 5000 requests, ok, avg 6.00 ms  AWS::ECS::Fargate
          │  ├─ checkout  ↩ see above  12 calls  ok  avg 3.00 ms  AWS::ECS::Fargate
          │  └─ shop@db.internal  5000 calls  ok  avg 3.00 ms  Database::SQL
          └─ https://sqs.us-east-1.amazonaws.com/123456789012/orders  700 calls  ok  avg 14.0 ms  AWS::SQS::Queue
             └─ mail-worker  async link, 2.50 s old  itself: 690 requests, ok, avg 1.40 s  AWS::Lambda::Function
                └─ email  690 calls  ok  avg 210 ms  AWS::SES
    client of mobile-api
    └─ mobile-api  4012 calls  0.3 % error  avg 120 ms  AWS::ECS::Fargate
       ├─ cart  ↩ see above  200 calls  ok  avg 25.0 ms  AWS::ECS::Fargate
       ├─ catalogue  ↩ see above  3310 calls  0.3 % throttle  avg 36.0 ms  AWS::ECS::Fargate
       ├─ users  ↩ see above  200 calls  50 % error  avg 12.0 ms  AWS::ECS::Fargate
       └─ checkout  ↩ see above  100 calls  ok  avg 512 ms  AWS::ECS::Fargate
    ");
}

#[test]
fn a_ring_that_nobody_calls_is_a_tree_too() {
    let mut sketch = Sketch::default();
    let one = sketch.service("one", "AWS::EC2::Instance", (3, 0, 0, 0, 10));
    let other = sketch.service("other", "AWS::EC2::Instance", (3, 0, 0, 0, 10));
    sketch.edge(one, other, (3, 0, 0, 0, 12));
    sketch.edge(other, one, (3, 0, 0, 0, 12));
    insta::assert_snapshot!(written(&sketch.view(), GraphForm::Tree, 80), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur  2 nodes, 2 edges

    one  3 requests  ok  avg 10.0 ms  AWS::EC2::Instance
    └─ other  3 calls  ok  avg 12.0 ms  itself: 3 requests, ok, avg 10.0 ms
       └─ one  ↩ see above  3 calls  ok  avg 12.0 ms  AWS::EC2::Instance
    ");
}

#[test]
fn dot() {
    insta::assert_snapshot!(written(&guide(), GraphForm::Dot, 80), @r##"
    digraph "service graph" {
      graph [rankdir=LR, label="2026-11-20 10:00:00 to 10:10:00 UTC\ngroup Cruddur", labelloc=t, fontname="sans-serif"];
      node [shape=box, style=rounded, fontname="sans-serif", fontsize=11, color="#2b8a4b"];
      edge [fontname="sans-serif", fontsize=9, color="#6b7785"];
      n_xray_sample_4a9bcf92 [label="client", shape=oval, color="#6b7785"];
      n_xray_sample_88121271 [label="xray-sample\nAWS::EC2::Instance\n4 requests\n25 % error\navg 68.0 ms, 0.4/min", color="#b07503", penwidth=2];
      n_sns_eb21afa7 [label="SNS\nAWS::SNS\n2 requests\nok\navg 62.0 ms, 0.2/min", style="rounded,dashed"];
      n_awseb_e_x_stack_startups_28f23568 [label="awseb-e-x-stack-StartupSignupsTable\nAWS::DynamoDB::Table\n2 requests\nok\navg 60.0 ms, 0.2/min", style="rounded,dashed"];
      n_xray_sample_4a9bcf92 -> n_xray_sample_88121271 [label="4 calls\n25 % error\navg 68.0 ms, 0.4/min", color="#b07503"];
      n_xray_sample_88121271 -> n_sns_eb21afa7 [label="2 calls\nok\navg 62.0 ms, 0.2/min"];
      n_xray_sample_88121271 -> n_awseb_e_x_stack_startups_28f23568 [label="2 calls\nok\navg 60.0 ms, 0.2/min"];
    }
    "##);
}

#[test]
fn mermaid() {
    insta::assert_snapshot!(written(&guide(), GraphForm::Mermaid, 80), @r#"
    flowchart LR
      n_xray_sample_4a9bcf92(["client"]):::client
      n_xray_sample_88121271("xray-sample<br/>AWS::EC2::Instance<br/>4 requests<br/>25 % error<br/>avg 68.0 ms, 0.4/min"):::error
      n_sns_eb21afa7["SNS<br/>AWS::SNS<br/>2 requests<br/>ok<br/>avg 62.0 ms, 0.2/min"]:::ok
      n_awseb_e_x_stack_startups_28f23568["awseb-e-x-stack-StartupSignupsTable<br/>AWS::DynamoDB::Table<br/>2 requests<br/>ok<br/>avg 60.0 ms, 0.2/min"]:::ok
      n_xray_sample_4a9bcf92 -->|"4 calls<br/>25 % error<br/>avg 68.0 ms, 0.4/min"| n_xray_sample_88121271
      n_xray_sample_88121271 -->|"2 calls<br/>ok<br/>avg 62.0 ms, 0.2/min"| n_sns_eb21afa7
      n_xray_sample_88121271 -->|"2 calls<br/>ok<br/>avg 60.0 ms, 0.2/min"| n_awseb_e_x_stack_startups_28f23568
      classDef ok stroke:#2b8a4b,stroke-width:2px
      classDef error stroke:#b07503,stroke-width:2px
      classDef throttle stroke:#9b5de0,stroke-width:2px
      classDef fault stroke:#d8402f,stroke-width:2px
      classDef client stroke:#6b7785
      classDef inferred stroke-dasharray:4 3
      class n_sns_eb21afa7,n_awseb_e_x_stack_startups_28f23568 inferred
      linkStyle 0 stroke:#b07503
    "#);
}

#[test]
fn csv() {
    insta::assert_snapshot!(written(&guide(), GraphForm::Csv, 80).replace("\r\n", "\n"), @"
    kind,reference_id,name,type,account_id,state,root,to_reference_id,to_name,to_type,to_account_id,link,start,end,total,per_minute,ok,error,throttle,fault,average_seconds,p50_seconds,p95_seconds,p99_seconds
    node,3,xray-sample,client,,unknown,false,,,,,,2026-11-20T10:00:00Z,2026-11-20T10:03:20.5Z,,,,,,,,,,
    node,2,xray-sample,AWS::EC2::Instance,,active,true,,,,,,2026-11-20T10:00:00Z,2026-11-20T10:03:20.5Z,4,0.4,3,1,0,0,0.068,0.061,0.061,0.061
    node,0,SNS,AWS::SNS,,unknown,false,,,,,,2026-11-20T10:00:00Z,2026-11-20T10:03:20.5Z,2,0.2,2,0,0,0,0.062,0.056,0.056,0.056
    node,1,awseb-e-x-stack-StartupSignupsTable,AWS::DynamoDB::Table,,unknown,false,,,,,,2026-11-20T10:00:00Z,2026-11-20T10:03:20.5Z,2,0.2,2,0,0,0,0.06,0.054,0.054,0.054
    edge,3,xray-sample,client,,,,2,xray-sample,AWS::EC2::Instance,,false,2026-11-20T10:00:00Z,2026-11-20T10:03:20.5Z,4,0.4,3,1,0,0,0.068,0.061,0.061,0.061
    edge,2,xray-sample,AWS::EC2::Instance,,,,0,SNS,AWS::SNS,,false,2026-11-20T10:00:00Z,2026-11-20T10:03:20.5Z,2,0.2,2,0,0,0,0.062,0.056,0.056,0.056
    edge,2,xray-sample,AWS::EC2::Instance,,,,1,awseb-e-x-stack-StartupSignupsTable,AWS::DynamoDB::Table,,false,2026-11-20T10:00:00Z,2026-11-20T10:03:20.5Z,2,0.2,2,0,0,0,0.06,0.054,0.054,0.054
    ");
    assert!(written(&odd(), GraphForm::Csv, 80).contains(",\"a,b;c|d\","));
}

#[test]
fn json() {
    insta::assert_snapshot!(written(&alone(), GraphForm::Json, 80));
    let value = serde_json::to_value(alone()).expect("JSON");
    let text: serde_json::Value =
        serde_json::from_str(&written(&alone(), GraphForm::Json, 80)).expect("JSON");
    assert_eq!(value, text);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let views = [guide(), alone(), cruddur(), shop(), apart(), odd()];
    for view in &views {
        // Too narrow for anything, but no reason to fall.
        for width in [0, 1, 7, 19, 29] {
            assert!(!written(view, GraphForm::Table, width).is_empty());
            assert!(!written(view, GraphForm::Tree, width).is_empty());
        }
        for width in [64, 80, 100, 120, 200] {
            for form in [GraphForm::Table, GraphForm::Tree] {
                let text = written(view, form, width);
                for line in text.lines() {
                    assert!(
                        measure_text_width(line) <= usize::from(width),
                        "{form:?} at {width}: {line}"
                    );
                }
            }
        }
    }
}

#[test]
fn no_form_can_drive_a_terminal() {
    for form in [
        GraphForm::Table,
        GraphForm::Tree,
        GraphForm::Json,
        GraphForm::Dot,
        GraphForm::Mermaid,
        GraphForm::Svg,
        GraphForm::Csv,
    ] {
        let text = written(&odd(), form, 80);
        let bad = text
            .chars()
            .find(|character| character.is_control() && !matches!(character, '\n' | '\r'));
        assert_eq!(bad, None, "{form:?}");
    }
}

#[test]
fn an_empty_graph_says_nothing_or_that_it_is_empty() {
    let empty = view(Graph::default());
    assert_eq!(written(&empty, GraphForm::Table, 80), "");
    assert_eq!(written(&empty, GraphForm::Tree, 80), "");
    assert!(written(&empty, GraphForm::Json, 80).contains("\"nodes\": []"));
    assert_eq!(written(&empty, GraphForm::Csv, 80).lines().count(), 1);
    assert!(written(&empty, GraphForm::Svg, 80).contains("No traces in this window."));
}

#[test]
fn narrowing_keeps_callers_and_called_ones() {
    let narrow = shop().narrowed_to("CheckOut");
    insta::assert_snapshot!(written(&narrow, GraphForm::Tree, 100), @"
    2026-11-20 10:00:00 to 10:10:00 UTC  group Cruddur, around CheckOut  6 nodes, 6 edges, 894 requests

    web  9134 requests  0.2 % fault, 1.3 % error  avg 240 ms  AWS::ECS::Fargate
    └─ checkout  794 calls  11.3 % fault, 0.5 % error  avg 620 ms
       ├─ payments  792 calls  11.6 % fault  avg 490 ms  itself: 792 requests, 11.6 % fault, avg 480 ms
       ├─ stock  800 calls  ok  avg 7.00 ms  itself: 5000 requests, ok, avg 6.00 ms  AWS::ECS::Fargate
       │  └─ checkout  ↩ see above  12 calls  ok  avg 3.00 ms  AWS::ECS::Fargate
       └─ https://sqs.us-east-1.amazonaws.com/123456789012/orders  700 calls  ok  avg 14.0 ms
    mobile-api  4012 requests  0.3 % error  avg 120 ms  AWS::ECS::Fargate
    └─ checkout  ↩ see above  100 calls  ok  avg 512 ms  AWS::ECS::Fargate
    ");
    for (place, node) in narrow.graph.nodes.iter().enumerate() {
        assert_eq!(node.reference_id, place);
        assert!(
            node.edges
                .iter()
                .all(|edge| edge.to < narrow.graph.nodes.len())
        );
    }
    assert_eq!(shop().narrowed_to("nobody").graph, Graph::default());
    // All nodes of a name, the client among them.
    let twins = odd().narrowed_to("twin");
    let names: Vec<&str> = twins.graph.nodes.iter().map(|node| &*node.name).collect();
    assert_eq!(names.iter().filter(|name| **name == "twin").count(), 2);
    assert_eq!(names.len(), 3);
}

#[test]
fn a_group_that_changed_is_said() {
    let changed = GraphView {
        old_group_versions: true,
        ..guide()
    };
    for form in [GraphForm::Table, GraphForm::Tree, GraphForm::Svg] {
        assert!(
            written(&changed, form, 200).contains("caution:"),
            "{form:?}"
        );
    }
}

#[test]
fn ids_stay_when_the_graph_grows() {
    let mut sketch = Sketch::default();
    sketch.node("before-it", None, State::Active, Some((1, 0, 0, 0, 1)));
    let service = sketch.node("backend-flask", None, State::Active, Some((1, 0, 0, 0, 1)));
    sketch.client(service, (1, 0, 0, 0, 1));
    let grown = written(&sketch.view(), GraphForm::Dot, 80);
    assert!(grown.contains("n_backend_flask_72cc980f"), "{grown}");
    assert!(written(&alone(), GraphForm::Dot, 80).contains("n_backend_flask_72cc980f"));
}
