using System.Text.Json.Nodes;
using AutoForge.Activities.Email;

namespace AutoForge.Activities.Tests.Email;

public sealed class MailboxTests
{
    [Theory]
    [InlineData("ada@example.com", null, "ada@example.com")]
    [InlineData(" Ada Lovelace <ada@Example.COM> ", "Ada Lovelace", "ada@example.com")]
    [InlineData("\"Lovelace, Ada\" <ada@example.com>", "Lovelace, Ada", "ada@example.com")]
    [InlineData("<ada@example.com>", null, "ada@example.com")]
    [InlineData("ada+list@bücher.example", null, "ada+list@xn--bcher-kva.example")]
    [InlineData("zoë@example.com", null, "zoë@example.com")]
    [InlineData("root@localhost", null, "root@localhost")]
    public void Parse_OneAddress_Read(string text, string? name, string address) =>
        Assert.Equal(new Mailbox(name, address), Mailbox.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("@example.com")]
    [InlineData("ada@")]
    [InlineData("ada@@example.com")]
    [InlineData("ada@example..com")]
    [InlineData("ada@-example.com")]
    [InlineData("a..b@example.com")]
    [InlineData(".ada@example.com")]
    [InlineData("ada lovelace@example.com")]
    [InlineData("ada@example.com, eve@example.com")]
    [InlineData("ada@example.com eve@example.com")]
    [InlineData("eve@evil.example> <ada@example.com>")]
    [InlineData("ada@example.com> SIZE=1")]
    [InlineData("\"a b\"@example.com")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada@example.com\r\nBcc: eve@example.com")]
    [InlineData("Ada\rBcc: x <ada@example.com>")]
    [InlineData("Ada\nBcc: x <ada@example.com>")]
    [InlineData("Ada\0 <ada@example.com>")]
    [InlineData("Ada\u0085Bcc: x <ada@example.com>")]
    [InlineData("Ada\u2028Bcc: x <ada@example.com>")]
    [InlineData("Ada\u2029Bcc: x <ada@example.com>")]
    [InlineData("a\u202Eda@example.com")]
    public void Parse_NotOneAddress_Refused(string text) =>
        Assert.Equal("invalid_address", Assert.Throws<FaultException>(() => Mailbox.Parse(text)).Fault.Code);

    [Theory]
    [InlineData("a@x.de, b@x.de;c@x.de\r\nd@x.de,", 4)]
    [InlineData("\"B, A\" <a@x.de>, b@x.de", 2)]
    [InlineData("""["a@x.de", "B <b@x.de>"]""", 2)]
    [InlineData("", 0)]
    public void ParseList_Text_Split(string text, int count) => Assert.Equal(count, Mailbox.ParseList(text, null).Count);

    [Fact]
    public void ParseList_EntryOfJsonListHoldsTwo_Refused() =>
        Assert.Throws<FaultException>(() => Mailbox.ParseList(new JsonArray("a@x.de, b@x.de"), null));

    [Theory]
    [InlineData("a@x.de, eve@evil.example", "{{ trigger.body.email }}")]
    [InlineData("a@x.de\neve@evil.example", "{{ trigger.body.email }}")]
    [InlineData("""["a@x.de", "eve@evil.example"]""", "{{ trigger.body.email }}")]
    [InlineData("\"x\" <eve@evil.example>, \"\" <a@x.de>", "\"{{ trigger.body.name }}\" <a@x.de>")]
    [InlineData("boss@x.de, a@x.de, eve@evil.example", "boss@x.de, {{ trigger.body.email }}")]
    public void ParseList_InsertedValueAddsRecipients_Refused(string text, string template) =>
        Assert.Equal("invalid_address", Assert.Throws<FaultException>(() => Mailbox.ParseList(text, template)).Fault.Code);

    [Fact]
    public void ParseList_TemplateWithAsManyPlaces_Taken() =>
        Assert.Equal(2, Mailbox.ParseList("boss@x.de, a@x.de", "boss@x.de, {{ trigger.body.email }}").Count);
}
