import {describe, expect, test} from 'vitest';
import {elementsAt, parseXml, textAt, type XmlElement} from '../../../src/credentials/store/xml.ts';

describe('parseXml', () => {
  test('reads elements and text, and drops attributes', () => {
    const root = parseXml(`<?xml version="1.0"?>\n<A xmlns="urn:x" y='>'><B>1</B><B/><C><B>2</B></C></A>\n`);
    expect(root?.name).toBe('A');
    expect(elementsAt(root as XmlElement, 'B').map(({text}) => text)).toEqual(['1', '']);
    expect(textAt(root as XmlElement, 'C', 'B')).toBe('2');
    expect(textAt(root as XmlElement, 'B')).toBeUndefined();
    expect(textAt(root as XmlElement, 'C', 'D')).toBeUndefined();
  });

  test.each([
    {text: 'a &amp;&lt;&gt;&quot;&apos; b', value: `a &<>"' b`},
    {text: '&#34;&#x22;&#x1F600;', value: '""😀'},
    {text: '&amp;lt;', value: '&lt;'},
    {text: ' kept ', value: ' kept '},
    {text: 'a > b', value: 'a > b'},
  ])('decodes $text', ({text, value}) => {
    expect(parseXml(`<A>${text}</A>`)?.text).toBe(value);
  });

  test.each([
    {rule: 'nothing', source: ''},
    {rule: 'text alone', source: 'text'},
    {rule: 'an element that does not end', source: '<A><B></B>'},
    {rule: 'half a tag', source: '<A><B></A'},
    {rule: 'tags that cross', source: '<A><B></A></B>'},
    {rule: 'an end without a beginning', source: '</A>'},
    {rule: 'two roots', source: '<A/><B/>'},
    {rule: 'text behind the root', source: '<A/>text'},
    {rule: 'a DTD', source: '<!DOCTYPE A [<!ENTITY b "c">]><A>&b;</A>'},
    {rule: 'an entity that XML does not name', source: '<A>&nbsp;</A>'},
    {rule: 'a lone ampersand', source: '<A>a & b</A>'},
    {rule: 'no such character', source: '<A>&#x110000;</A>'},
    {rule: 'CDATA', source: '<A><![CDATA[b]]></A>'},
    {rule: 'a comment', source: '<A><!-- b --></A>'},
    {rule: 'far too deep', source: `${'<A>'.repeat(40)}${'</A>'.repeat(40)}`},
    {rule: 'HTML', source: '<html><br><p class=a>text</html>'},
  ])('does not read $rule', ({source}) => {
    expect(parseXml(source)).toBeUndefined();
  });

  test.each(['<A ', '<A><', '<A>&', '<A b="', ' '])('takes no long time over many of %j', piece => {
    const started = performance.now();
    parseXml(piece.repeat(200_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
