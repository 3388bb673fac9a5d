import { Avatar } from '../ui/avatar.tsx'
import { BarChart } from '../ui/bar-chart.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { Figure, Figures } from '../ui/figure.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Status, type StatusKind } from '../ui/status.tsx'
import { Tag } from '../ui/tag.tsx'
import classes from './gallery.module.css'
import { Part, Sample } from './sample.tsx'
import { ago, barSeries, bars } from './sample-data.tsx'

const statuses: readonly [StatusKind, string][] = [
  ['draft', 'Draft'],
  ['pending', 'Pending'],
  ['running', 'Running'],
  ['waiting', 'Waiting until Monday'],
  ['done', 'Completed'],
  ['active', 'Active'],
  ['paused', 'Paused'],
  ['failed', 'Failed'],
  ['cancelled', 'Cancelled'],
  ['unknown', 'Unknown'],
]

/** Small pieces that carry a word or a number. */
export function WordSection() {
  return (
    <Sample name="Words and numbers">
      <Part name="Status">
        <div className={classes.row}>
          {statuses.map(([kind, word]) => (
            <Status key={kind} kind={kind}>
              {word}
            </Status>
          ))}
        </div>
      </Part>
      <Part name="Tags">
        <div className={classes.row}>
          <Tag>newsletter</Tag>
          <Tag tone="neutral">New</Tag>
          <Tag tone="accent">Qualified</Tag>
          <Tag tone="info">Booked</Tag>
          <Tag tone="good">Won</Tag>
          <Tag tone="bad">Lost</Tag>
          <Tag tone="wait">Past due</Tag>
        </div>
      </Part>
      <Part name="Avatars">
        <div className={classes.row}>
          {[
            'Ada Lovelace',
            'Grace Hopper',
            'Jean Bartik',
            'Radia Perlman',
            'Barbara Liskov',
            'Élodie Marchand',
          ].map(name => (
            <Avatar key={name} name={name} size={32} />
          ))}
          <Avatar name="Acme Corp" size={32} square />
          <Avatar name="Ada Lovelace" size={16} />
          <Avatar name="Ada Lovelace" size={20} />
          <Avatar name="Ada Lovelace" size={24} />
          <Avatar name="Ada Lovelace" size={40} />
        </div>
      </Part>
      <Part name="Keys, times, text to copy">
        <div className={classes.row}>
          <Kbd keys="mod+k" />
          <Kbd keys="g l" />
          <Kbd keys="?" />
          <Kbd keys="arrowleft" />
          {[5, 240, 7_200, 172_800, 8_640_000, -3_600].map(seconds => (
            <RelativeTime key={seconds} at={ago(seconds)} />
          ))}
          <CopyText label="Request id" text="req_019b0c4e7a107c3e" />
        </div>
      </Part>
      <Part name="Bars">
        <BarChart label="Runs by day" unit="Day" series={barSeries} bars={bars} />
      </Part>
      <Part name="Figures">
        <Figures>
          <Figure
            label="Leads this week"
            value="128"
            change={{ direction: 'up', words: '12 % on last week', good: true }}
          />
          <Figure label="Runs" value="4,312" note="99.4 % completed" />
          <Figure
            label="First step, median"
            value="24"
            unit="ms"
            change={{ direction: 'down', words: '6 ms faster', good: true }}
          />
          <Figure
            label="Failed"
            value="26"
            change={{ direction: 'up', words: '9 more than last week', good: false }}
          />
        </Figures>
      </Part>
    </Sample>
  )
}
