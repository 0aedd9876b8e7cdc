using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace AutoForge.Server.Accounts.Keys;

/// <summary>Made by the framework from the type name in the stored XML, with the application's services: renaming it orphans every key.</summary>
internal sealed class KeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var seal = services.GetRequiredService<KeySeal>();
        return XElement.Parse(Encoding.UTF8.GetString(seal.Open(Convert.FromBase64String(encryptedElement.Value), KeySeal.Purpose)));
    }
}
